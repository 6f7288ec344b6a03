using Flags.Core;

namespace Flags.Store;

/// <summary>What a minted key may be: named, with known permissions, never wider than its maker.</summary>
internal static class KeyRules
{
    private const int LongestName = 100;

    public static Problem? Check(Caller maker, MintKey body, out Permissions permissions)
    {
        var errors = new List<FieldError>();
        if (CheckName(body.Name) is { } name)
            errors.Add(name);
        Permissions? parsed = PermissionNames.Parse(body.Permissions);
        permissions = parsed ?? Permissions.None;
        if (permissions == Permissions.None)
            errors.Add(new("permissions", $"must be one or more of {string.Join(" ", PermissionNames.Words)}"));
        if (body.Pattern is { } pattern && (pattern.Length is 0 or > NamePattern.MaxLength || pattern.Contains('\0')))
            errors.Add(new("pattern", $"must have 1 to {NamePattern.MaxLength} characters; * stands for any characters"));
        if (body.ExpiresIn is { } life && life.Value <= TimeSpan.Zero)
            errors.Add(new("expiresIn", "must be more than 0"));
        if (errors.Count > 0)
            return Problems.Invalid("Correct the fields and send it again.", errors);
        return Covers(maker, permissions, body.Pattern ?? maker.Pattern) ? null : Wider(maker);
    }

    public static FieldError? CheckName(string? name)
    {
        var errors = new List<FieldError>();
        FeatureRules.Text(errors, "name", name?.Trim(), LongestName);
        if (string.IsNullOrWhiteSpace(name))
            errors.Add(new("name", $"must have 1 to {LongestName} characters"));
        return errors.Count == 0 ? null : errors[0];
    }

    public static bool Covers(Caller maker, Permissions permissions, string? pattern) =>
        (maker.May(Permissions.Admin) || (permissions & ~maker.Permissions) == 0) && NamePattern.Contains(maker.Pattern, pattern);

    public static Problem Wider(Caller maker) => Problems.Of("wider-than-maker", 403, "Not allowed",
        $"A key is never wider than its maker: \"{maker.Name}\" is limited to features named {maker.Pattern}.", "Choose a pattern inside that limit, or use an unlimited admin key.");

    public static Problem RotatedMeanwhile(string name) => Problems.Of("rotated", 409, "Rotated meanwhile",
        $"Not rotated again: the key \"{name}\" has had another secret since this form was made.", "Open the key again; a further rotation would end the secret that was replaced last.");

    public static Problem Longer(DateTime end) => Problems.Of("wider-than-maker", 403, "Not allowed",
        $"A key never outlives its maker, which ends at {end:yyyy-MM-ddTHH:mm:ssZ}.", "Choose a shorter expiresIn, or use an admin key that does not expire.");
}
