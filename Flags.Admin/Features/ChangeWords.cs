using Flags.Core;

namespace Flags.Admin;

/// <summary>One line of a difference; null before or after means there was nothing.</summary>
public sealed record ChangeLine(string What, string? Before, string? After);

/// <summary>A stored difference for people.</summary>
public static class ChangeWords
{
    private const int ShownMembers = 5;

    public static IReadOnlyList<ChangeLine> Lines(FeatureChange change)
    {
        var lines = new List<ChangeLine>();
        if (change.Exists is { } exists)
            lines.Add(new ChangeLine(exists.After ? "Created" : "Deleted", null, null));
        Value(lines, "on for everyone", change.Boolean, on => on ? "yes" : "no");
        Set(lines, "actors", change.Actors);
        Set(lines, "groups", change.Groups);
        Value(lines, "% of actors", change.PercentageOfActors, p => p?.Text);
        Value(lines, "% of time", change.PercentageOfTime, p => p?.Text);
        Value(lines, "expression", change.Expression, e => e?.InWords());
        Set(lines, "denied actors", change.DeniedActors);
        Set(lines, "denied groups", change.DeniedGroups);
        Value(lines, "description", change.Description, d => d.Length == 0 ? null : d);
        Set(lines, "tags", change.Tags);
        Value(lines, "owner", change.Owner, o => o);
        Value(lines, "limit", change.Limit, l => l?.ToString());
        Value(lines, "protected", change.Protected, p => p ? "yes" : "no");
        Value(lines, "expires", change.ExpiresAt, e => e?.ToString("yyyy-MM-dd"));
        return lines;
    }

    /// <summary>The difference in one sentence without a full stop: <c>% of actors 10 → 25, actors + User;1</c>.</summary>
    public static string Sentence(FeatureChange change) => string.Join(", ", Lines(change).Select(OneLine));

    /// <summary>What an enable or disable took away; null when nothing.</summary>
    public static string? Cleared(FeatureChange change)
    {
        var words = new List<string>();
        if (change.Actors is { Removed.Count: > 0 and var actors })
            words.Add(GateWords.Count(actors, "actor"));
        if (change.Groups is { Removed.Count: > 0 and var groups })
            words.Add(GateWords.Count(groups, "group"));
        if (change.PercentageOfActors?.Before is { Value: > 0 } ofActors)
            words.Add($"{ofActors}\u00a0%\u00a0of\u00a0actors");
        if (change.PercentageOfTime?.Before is { Value: > 0 } ofTime)
            words.Add($"{ofTime}\u00a0%\u00a0of\u00a0time");
        if (change.Expression?.Before is not null)
            words.Add("the expression");
        return words.Count == 0 ? null : $"Cleared {string.Join(", ", words)}.";
    }

    private static string OneLine(ChangeLine line) => (line.Before, line.After) switch
    {
        (null, null) => line.What,
        (null, { } after) => $"{line.What} {after}",
        ({ } before, null) => $"{line.What} {before} removed",
        ({ } before, { } after) => $"{line.What} {before} → {after}",
    };

    private static void Value<T>(List<ChangeLine> lines, string what, Difference<T>? difference, Func<T, string?> words)
    {
        if (difference is not null)
            lines.Add(new ChangeLine(what, words(difference.Before) ?? "none", words(difference.After) ?? "none"));
    }

    private static void Set(List<ChangeLine> lines, string what, SetDifference? difference)
    {
        if (difference is null)
            return;
        lines.Add(new ChangeLine(what, Members(difference.Removed, "−"), Members(difference.Added, "+")));
    }

    private static string? Members(IReadOnlyList<string> members, string sign)
    {
        if (members.Count == 0)
            return null;
        string shown = string.Join(", ", members.Take(ShownMembers).Select(m => m.Length == 0 ? "(empty)" : m));
        return members.Count > ShownMembers ? $"{sign} {shown} and {members.Count - ShownMembers:N0} more" : $"{sign} {shown}";
    }
}
