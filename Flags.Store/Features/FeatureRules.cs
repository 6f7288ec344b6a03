using Flags.Core;

namespace Flags.Store;

/// <summary>What a content may be, whoever writes it. A message states the limit.</summary>
internal static class FeatureRules
{
    public static IReadOnlyList<FieldError> Check(FeatureContent content, string path = "")
    {
        var errors = new List<FieldError>();
        Text(errors, path + "description", content.Description, Limits.Description);
        Text(errors, path + "owner", content.Owner, Limits.Owner);
        Members(errors, path + "tags", content.Tags, Limits.Tags, Limits.TagLength);
        if (content.Limit is < 1 or > Limits.LeaseLimit)
            errors.Add(new(path + "limit", $"must be from 1 to {Limits.LeaseLimit}, or null for no limit"));
        string gates = path + "gates.";
        Members(errors, gates + "actors", content.Gates.Actors, Limits.Actors, Limits.ActorIdLength, mayBeEmpty: true);
        Members(errors, gates + "groups", content.Gates.Groups, Limits.Groups, Limits.GroupNameLength);
        Members(errors, gates + "deniedActors", content.Gates.DeniedActors, Limits.Actors, Limits.ActorIdLength, mayBeEmpty: true);
        Members(errors, gates + "deniedGroups", content.Gates.DeniedGroups, Limits.Groups, Limits.GroupNameLength);
        return errors;
    }

    public static FieldError? Name(string name) => FeatureName.Problem(name) is { } problem ? new FieldError("name", problem) : null;

    public static void Text(List<FieldError> errors, string field, string? text, int most)
    {
        if (text is null)
            return;
        if (text.Length > most)
            errors.Add(new(field, $"has {text.Length} characters; at most {most} are allowed"));
        if (!Storable(text))
            errors.Add(new(field, "must not contain U+0000 or half a surrogate pair"));
    }

    private static void Members(List<FieldError> errors, string field, IReadOnlyList<string> members, int most, int longest, bool mayBeEmpty = false)
    {
        if (members.Count > most)
            errors.Add(new(field, $"would have {members.Count} members; at most {most} are allowed"));
        foreach (string member in members)
        {
            if (member is null || (member.Length == 0 && !mayBeEmpty))
                errors.Add(new(field, "must not have an empty member"));
            else
                Text(errors, field, member, longest);
            if (errors.Count >= 20)
                return;
        }
    }

    /// <summary>PostgreSQL stores no U+0000, and UTF-8 has no lone surrogates.</summary>
    private static bool Storable(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]) || (char.IsHighSurrogate(text[i]) && (i + 1 == text.Length || !char.IsLowSurrogate(text[++i]))))
                return false;
        }

        return true;
    }
}
