using System.Globalization;
using Flags.Core;

namespace Flags.Admin;

/// <summary>The fields of a new key and of a rotation.</summary>
internal static class KeyFields
{
    public const string Date = "yyyy-MM-dd";

    private const int LongestYears = 10;

    /// <summary>For how many hours the old secret works on.</summary>
    public static readonly IReadOnlyList<(int Hours, string Label)> Overlaps = [(1, "1 h"), (24, "24 h"), (168, "7 d"), (0, "ends now")];

    /// <summary>The body, or what is wrong with each field. A page's names are unique, so that history says which key it was and a form sent twice makes one key.</summary>
    public static (MintKey? Body, IReadOnlyList<FieldError> Errors) Read(ActionForm form, IReadOnlyList<KeyInfo> keys, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        string name = form.Name.Trim(), pattern = form["pattern"].Trim();
        if (keys.Any(k => k.Name == name && KeyWords.IsGood(k, now)))
            errors.Add(new FieldError("name", $"There is a key {name} already: choose another name, or rotate that one"));
        Duration? life = null;
        if (form["ends"].Trim() is { Length: > 0 } text && Life(text, now, errors) is { } left)
            life = new Duration(left);
        if (form.All("may").Count == 0)
            errors.Add(new FieldError("may", "Choose at least one thing it may do"));
        var body = new MintKey { Name = name, Permissions = form.All("may"), Pattern = pattern.Length > 0 ? pattern : null, ExpiresIn = life };
        return errors.Count == 0 ? (body, []) : (null, errors);
    }

    public static TimeSpan? Overlap(ActionForm form) =>
        int.TryParse(form["keep"], out int hours) && Overlaps.Any(o => o.Hours == hours) ? TimeSpan.FromHours(hours) : null;

    private static TimeSpan? Life(string text, DateTimeOffset now, List<FieldError> errors)
    {
        if (!DateTimeOffset.TryParseExact(text, Date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset end))
            errors.Add(new FieldError("ends", $"\"{text}\" is no date; enter it as {now.AddYears(1).ToString(Date, CultureInfo.InvariantCulture)}"));
        else if (end <= now || end > now.AddYears(LongestYears).AddDays(-LongestYears))
            errors.Add(new FieldError("ends", $"{text} is {(end <= now ? "over" : $"more than {LongestYears} years away")}; choose another day, or none"));
        else
            return end - now;
        return null;
    }
}
