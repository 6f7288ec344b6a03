using Flags.Client;

namespace Flags.Cli;

/// <summary>How a deploy runs.</summary>
internal sealed record DeployOptions
{
    public required IReadOnlyList<string> Features { get; init; }

    public required string Reason { get; init; }

    public required TimeSpan Drain { get; init; }

    /// <summary><c>abort</c>, <c>proceed</c> or <c>revoke</c>.</summary>
    public required string OnDrainTimeout { get; init; }

    public required bool StopsWhenLost { get; init; }

    public required TimeSpan KillAfter { get; init; }

    public required HoldOptions Hold { get; init; }

    public string Names => string.Join(", ", Features);
}
