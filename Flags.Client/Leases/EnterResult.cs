namespace Flags.Client;

/// <summary>
/// What became of a job that wanted to run: a <see cref="Lease"/>, or <see cref="NotEntered"/> with the reason. Dispose it either way; disposing a
/// lease leaves.
/// </summary>
public abstract class EnterResult : IAsyncDisposable
{
    private protected EnterResult(string feature) => Feature = feature;

    /// <summary>The feature that was asked for.</summary>
    public string Feature { get; }

    /// <summary>The lease, for callers to whom a refusal is a failure.</summary>
    /// <exception cref="FlagsProblemException">The feature is held, off, full or recovering.</exception>
    /// <exception cref="FlagsUnavailableException">The server could not be reached.</exception>
    public Lease EnsureEntered() => this switch
    {
        Lease lease => lease,
        NotEntered { Outage: { } outage } => throw outage,
        NotEntered { Problem: { } problem } => throw new FlagsProblemException(problem),
        _ => throw new InvalidOperationException($"Unknown result {GetType().Name}"),
    };

    /// <summary>Leaves, if it is a lease.</summary>
    public abstract ValueTask DisposeAsync();
}
