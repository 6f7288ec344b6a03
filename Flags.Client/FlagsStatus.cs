namespace Flags.Client;

/// <summary>How current a client's snapshot is.</summary>
/// <param name="Generation">Grows after a restore of the server's database; 0 while nothing is known.</param>
/// <param name="Version">Grows with every change within a generation.</param>
/// <param name="Age">Since the server last said that the snapshot is current; null when it never did since this process started.</param>
/// <param name="IsStale">Whether <paramref name="Age"/> is over <see cref="FlagsOptions.StaleAfter"/>, or null.</param>
/// <param name="Problem">Why the server does not answer; null while it does.</param>
public sealed record FlagsStatus(long Generation, long Version, TimeSpan? Age, bool IsStale, string? Problem);
