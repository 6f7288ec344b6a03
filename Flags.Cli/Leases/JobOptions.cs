using Flags.Client;

namespace Flags.Cli;

/// <summary>How a job runs.</summary>
internal sealed record JobOptions
{
    public required string Feature { get; init; }

    public required TimeSpan Wait { get; init; }

    public required TimeSpan Ttl { get; init; }

    public TimeSpan? MaxRun { get; init; }

    public required TimeSpan KillAfter { get; init; }

    public required bool StopsWhenLost { get; init; }

    public required WhenUnreachable WhenUnreachable { get; init; }

    public string? Actor { get; init; }

    public required string Holder { get; init; }

    /// <summary>
    /// From TERM to KILL when the lease runs out, and how long before its end that begins. A sixth of the TTL at most: renewals are due when two thirds
    /// are left, so one that comes late stops nothing.
    /// </summary>
    public TimeSpan Lead => KillAfter < Ttl / 6 ? KillAfter : Ttl / 6;
}
