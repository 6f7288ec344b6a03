using System.Text;
using System.Text.Json;
using Flags.Core;

namespace Flags.Store;

/// <summary>What a claim may be. A message states the limit.</summary>
public static class ClaimRules
{
    public static readonly TimeSpan DefaultTtl = TimeSpan.FromSeconds(30), LongestTtl = TimeSpan.FromHours(1), DefaultKeep = TimeSpan.FromHours(24), LongestKeep = TimeSpan.FromDays(30);

    private const string AtLeastOnce = "at-least-once", OnlyOnce = "once";

    public static string Mode(bool once) => once ? OnlyOnce : AtLeastOnce;

    /// <summary>With the defaults for what is not said; without an owner each call is an attempt of its own.</summary>
    public static ClaimAttempt Attempt(string key, TakeClaim claim) => new()
    {
        Key = key,
        Owner = claim.Owner ?? Guid.NewGuid().ToString(),
        Ttl = claim.Ttl?.Value ?? DefaultTtl,
        Keep = claim.Keep?.Value ?? DefaultKeep,
        Once = claim.Mode == OnlyOnce,
    };

    /// <summary>Why nothing can have this key; null when it can.</summary>
    public static Problem? Key(string key)
    {
        int bytes = Encoding.UTF8.GetByteCount(key);
        if (bytes > Limits.ClaimKeyBytes)
            return ClaimProblems.KeyTooLong(bytes);
        var errors = new List<FieldError>();
        FeatureRules.Text(errors, "key", key, Limits.ClaimKeyBytes);
        return errors.Count > 0 ? Problems.Invalid("Choose another key.", errors) : null;
    }

    /// <summary>Why it cannot be claimed like this; null when it can.</summary>
    public static Problem? Check(TakeClaim claim)
    {
        var errors = new List<FieldError>();
        if (claim.Owner is { Length: 0 })
            errors.Add(new("owner", "must not be empty"));
        FeatureRules.Text(errors, "owner", claim.Owner, Limits.WorkerText);
        if (claim.Mode is not (null or AtLeastOnce or OnlyOnce))
            errors.Add(new("mode", $"must be {AtLeastOnce} or {OnlyOnce}"));
        if (errors.Count > 0)
            return Problems.Invalid("Correct the body and send it again.", errors);
        return HoldRules.Ttl("ttl", claim.Ttl, LongestTtl) ?? HoldRules.Ttl("keep", claim.Keep, LongestKeep);
    }

    /// <summary>Why it cannot be completed with this result; null when it can.</summary>
    public static Problem? Result(JsonElement? result) =>
        result is { } json && Encoding.UTF8.GetByteCount(json.GetRawText()) is var bytes and > Limits.ClaimResultBytes ? ClaimProblems.ResultTooLarge(bytes) : null;
}
