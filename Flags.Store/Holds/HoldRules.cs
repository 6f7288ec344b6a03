using Flags.Core;

namespace Flags.Store;

/// <summary>What a hold may be, whoever places it. A message states the limit.</summary>
public static class HoldRules
{
    public const int MostFeatures = 100;

    public static readonly TimeSpan DefaultTtl = TimeSpan.FromMinutes(2), LongestTtl = TimeSpan.FromMinutes(30), DefaultDuration = TimeSpan.FromHours(2), LongestDuration = TimeSpan.FromHours(24);

    private const int LongestUrl = 2_000;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>Why the hold cannot be placed; null when it can.</summary>
    public static Problem? Check(PlaceHold hold)
    {
        var errors = new List<FieldError>();
        if (hold.Features.Count is 0 or > MostFeatures)
            errors.Add(new("features", $"has {hold.Features.Count} names; 1 to {MostFeatures} are allowed"));
        else if (hold.Features.Select(FeatureName.Problem).FirstOrDefault(problem => problem is not null) is { } problem)
            errors.Add(new("features", problem));
        Required(errors, "reason", hold.Reason, Limits.Reason);
        Holder(errors, hold.Holder);
        if (hold.Url is { } url)
            Url(errors, url);
        if (errors.Count > 0)
            return Problems.Invalid("Correct the hold and send it again.", errors);
        return Ttl("ttl", hold.Ttl, LongestTtl) ?? Ttl("maxDuration", hold.MaxDuration, LongestDuration);
    }

    /// <summary>Why a life is refused; null when it is absent or in the range.</summary>
    public static Problem? Ttl(string field, Duration? ttl, TimeSpan longest) =>
        ttl is null || (ttl.Value.Value >= Shortest && ttl.Value.Value <= longest) ? null : HoldProblems.OutOfRange(field, Shortest, longest);

    /// <summary>A reason that must be given.</summary>
    public static Problem? Reason(string? reason)
    {
        var errors = new List<FieldError>();
        Required(errors, "reason", reason, Limits.Reason);
        return errors.Count > 0 ? Problems.Invalid("Say why: it is what people read in the audit.", errors) : null;
    }

    /// <summary>A reason that may be left out.</summary>
    public static Problem? OptionalReason(string? reason) => reason is null ? null : Reason(reason);

    internal static void Holder(List<FieldError> errors, string? holder)
    {
        if (holder is not null)
            Required(errors, "holder", holder, Limits.Owner);
    }

    private static void Required(List<FieldError> errors, string field, string? text, int most)
    {
        if (string.IsNullOrWhiteSpace(text))
            errors.Add(new(field, "must not be empty"));
        FeatureRules.Text(errors, field, text, most);
    }

    private static void Url(List<FieldError> errors, string url)
    {
        FeatureRules.Text(errors, "url", url, LongestUrl);
        // It becomes a link on a page: nothing but http and https.
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.Scheme is not ("http" or "https"))
            errors.Add(new("url", "must be an address that begins with http:// or https://"));
    }
}
