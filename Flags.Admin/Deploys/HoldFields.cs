using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>The fields of a hold that is placed from a page.</summary>
internal static class HoldFields
{
    public const int LongestUrl = 2_000;

    private const int MostFeatures = 100;

    public static readonly IReadOnlyList<int> Minutes = [5, 15, 30];

    private static readonly TimeSpan LongestInAll = TimeSpan.FromHours(2);

    /// <summary>The wanted life; null when it is none of those offered.</summary>
    public static TimeSpan? Time(ActionForm form) => int.TryParse(form["minutes"], out int minutes) && Minutes.Contains(minutes) ? TimeSpan.FromMinutes(minutes) : null;

    public static IReadOnlyList<string> Names(ActionForm form) =>
        [.. form.All("feature").Concat(form["other"].Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct(StringComparer.Ordinal)];

    /// <summary>The attempt, or what is wrong with each field.</summary>
    public static (PlaceAttempt? Attempt, IReadOnlyList<FieldError> Errors) Read(ActionForm form, string holder, FeatureSet set)
    {
        IReadOnlyList<string> names = Names(form);
        string reason = form["reason"].Trim(), url = form["url"].Trim();
        var errors = new List<FieldError>();
        if (names.Count is 0 or > MostFeatures)
            errors.Add(new FieldError("features", names.Count == 0 ? "Choose a feature, or name one" : $"{names.Count} features; at most {MostFeatures} can be held at once"));
        if (names.FirstOrDefault(name => set.Find(name) is null) is { } missing)
            errors.Add(new FieldError("features", $"There is no feature \"{missing}\""));
        Text(errors, "reason", reason);
        if (!Guid.TryParse(form["id"], out Guid id))
            errors.Add(new FieldError("id", "The form is incomplete; open it again"));
        if (Time(form) is not { } time)
            errors.Add(new FieldError("minutes", "Choose for how long"));
        else if (url.Length > 0 && (url.Length > LongestUrl || HoldWords.Link(url) is null))
            errors.Add(new FieldError("url", "The link must begin with http:// or https://"));
        else if (errors.Count == 0)
            return (Attempt(id, names, holder, reason, url, time, form, set), []);
        return (null, errors);
    }

    private static PlaceAttempt Attempt(Guid id, IReadOnlyList<string> names, string holder, string reason, string url, TimeSpan time, ActionForm form, FeatureSet set) => new()
    {
        Id = id,
        FeatureIds = [.. names.Select(name => set.Find(name)!.Id).Distinct()],
        Holder = holder,
        Reason = reason,
        Url = url.Length > 0 ? url : null,
        Ttl = time,
        MaxDuration = LongestInAll,
        Exclusive = form.Has("exclusive"),
    };

    /// <summary>A reason that can be stored: PostgreSQL has no U+0000, and UTF-8 no half of a surrogate pair.</summary>
    public static void Text(List<FieldError> errors, string field, string reason)
    {
        if (reason.Length == 0)
            errors.Add(new FieldError(field, "Say why: everybody who waits wants to know"));
        else if (reason.Length > Limits.Reason || reason.Contains('\0') || reason.EnumerateRunes().Any(r => r == System.Text.Rune.ReplacementChar))
            errors.Add(new FieldError(field, $"The reason has {reason.Length} characters or some that cannot be stored; at most {Limits.Reason} are allowed"));
    }
}
