using System.Globalization;
using Flags.Core;

namespace Flags.Admin;

/// <summary>The fields of a new feature and of a feature's details.</summary>
internal static class DetailFields
{
    public static CreateFeature Create(ActionForm form) => new()
    {
        Name = form.Name,
        Description = form["description"].Trim(),
        Tags = Tags(form["tags"]),
        Owner = form["owner"].Trim(),
        Protected = form.Has("protected"),
        Enabled = form.Has("enabled"),
    };

    public static bool TryPatch(ActionForm form, out FeaturePatch patch, out FieldError? error)
    {
        patch = new FeaturePatch();
        int? limit = null;
        DateTimeOffset? expires = null;
        string limitText = form["limit"].Trim(), expiresText = form["expires"].Trim();
        error = null;
        if (limitText.Length > 0 && !TryLimit(limitText, out limit))
            error = new FieldError("limit", $"\"{limitText}\" is no limit; enter a whole number from 1 to {Limits.LeaseLimit:N0}, or nothing");
        else if (expiresText.Length > 0 && !TryDate(expiresText, out expires))
            error = new FieldError("expires", $"\"{expiresText}\" is no date; enter it as 2027-01-31");
        else
            patch = Patch(form, limit, expires);
        return error is null;
    }

    private static FeaturePatch Patch(ActionForm form, int? limit, DateTimeOffset? expires) => new()
    {
        Description = form["description"].Trim(),
        Tags = new Optional<IReadOnlyList<string>?>(Tags(form["tags"])),
        Owner = form["owner"].Trim(),
        Limit = limit,
        ExpiresAt = expires,
        Protected = form.Has("protected"),
    };

    private static bool TryLimit(string text, out int? limit)
    {
        bool read = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= Limits.LeaseLimit;
        limit = read ? number : null;
        return read;
    }

    private static bool TryDate(string text, out DateTimeOffset? date)
    {
        bool read = DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset day);
        date = read ? day : null;
        return read;
    }

    private static string[] Tags(string text) => [.. text.Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
}
