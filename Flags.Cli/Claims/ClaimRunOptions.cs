using Flags.Client;

namespace Flags.Cli;

/// <summary>What is done once, and how.</summary>
internal sealed record ClaimRunOptions
{
    public required string Key { get; init; }

    public required ClaimOptions Claim { get; init; }

    public TimeSpan? MaxRun { get; init; }

    public required TimeSpan KillAfter { get; init; }

    /// <summary>A file with the result, read when the command has succeeded; null for none.</summary>
    public string? ResultFrom { get; init; }

    /// <summary>From TERM to KILL when the claim runs out, and how long before its end that begins: a sixth of the TTL at most, as with leases.</summary>
    public TimeSpan Lead => KillAfter < Claim.Ttl / 6 ? KillAfter : Claim.Ttl / 6;
}
