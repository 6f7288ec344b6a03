namespace Flags.Store;

/// <summary>How a key gets a new secret.</summary>
/// <param name="KeepOld">How long the old secret works on; null for <see cref="DefaultKeep"/>, at most <see cref="LongestKeep"/>, 0 ends it now.</param>
/// <param name="Reason">For the audit.</param>
public sealed record Rotation(TimeSpan? KeepOld, string? Reason)
{
    public static readonly TimeSpan DefaultKeep = TimeSpan.FromHours(24), LongestKeep = TimeSpan.FromDays(30);

    /// <summary>
    /// The <see cref="Stamp"/> of the key as the form showed it; null does not ask. A form that is sent twice would otherwise end the secret that is
    /// still in use: only one old secret works on.
    /// </summary>
    public string? Seen { get; init; }

    /// <summary>A word that each rotation changes.</summary>
    public static string Stamp(DateTimeOffset? oldSecretUntil) => oldSecretUntil is { } until ? (until.UtcTicks / TimeSpan.TicksPerMicrosecond).ToString() : "never";

    internal bool IsStale(DateTime? oldUntil) => Seen is not null && Seen != Stamp(oldUntil);
}
