using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>Keys in a few words.</summary>
internal static class KeyWords
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    /// <summary>What a permission lets a key do.</summary>
    public static string Of(string permission) => permission switch
    {
        "evaluate" => "ask whether features are on, follow changes",
        "read" => "see features, history, holds, audit",
        "write" => "turn features on and off, change gates",
        "lease" => "enter as a job, so that deploys wait",
        "hold" => "hold features for a deploy, quiet workers",
        "claim" => "claim messages, so that each is handled once",
        "worker" => "report a worker as ready",
        "admin" => "everything, also keys, people and import",
        _ => "",
    };

    public static string Start(KeyInfo key) => $"flg_{key.Id}…";

    public static string On(KeyInfo key) => key.Pattern ?? "any feature";

    /// <summary>Whether it still opens something.</summary>
    public static bool IsGood(KeyInfo key, DateTimeOffset now) => key.RevokedAt is null && !(key.ExpiresAt <= now);

    /// <summary>Whether the secret from before the last rotation still works.</summary>
    public static bool IsRotating(KeyInfo key, DateTimeOffset now) => IsGood(key, now) && key.OldSecretUntil > now;

    public static bool EndsSoon(KeyInfo key, DateTimeOffset now) => key.ExpiresAt - now < Soon;

    /// <summary><c>in 61 d</c>, <c>never</c>.</summary>
    public static string Ends(KeyInfo key, DateTimeOffset now) => key.ExpiresAt is { } end ? "in " + Left(end - now) : "never";

    public static string Left(TimeSpan time) => time.TotalDays >= 2 ? $"{(int)time.TotalDays:N0} d" : Clock.Words(time);

    /// <summary>Why a key does not work any more.</summary>
    public static string Over(KeyInfo key) => key.RevokedAt is not null ? "revoked" : "expired";

    /// <summary>What became of a key, said to the person who did it.</summary>
    public static string Told(AuditEntry entry) => entry.What switch
    {
        "key.revoke" => $"The key {entry.Target} is revoked: every server refuses it within two seconds. Revoking cannot be undone; make a new key.",
        _ => $"The key {entry.Target}: {entry.What["key.".Length..]}.",
    };

    /// <summary>The feature that examples are about: one that the key may use.</summary>
    public static string Example(string? pattern, FeatureSet set)
    {
        if (pattern is null || NamePattern.Matches(pattern, "jobs_processing"))
            return "jobs_processing";
        return set.Features.Select(f => f.Feature.Name).FirstOrDefault(name => NamePattern.Matches(pattern, name)) ?? pattern.Replace("*", "example", StringComparison.Ordinal);
    }
}
