using Flags.Core;

namespace Flags.Client;

/// <summary>What became of a drain: <see cref="Drained"/> or <see cref="NotDrained"/>.</summary>
public abstract record DrainResult
{
    private protected DrainResult()
    {
    }

    /// <summary>The proof, for callers to whom a time-out is a failure.</summary>
    /// <exception cref="TimeoutException">Jobs are still inside; the message names them.</exception>
    public Drained EnsureDrained() => this switch
    {
        Drained done => done,
        _ => throw new TimeoutException(ToString()),
    };
}

/// <summary>Nobody is inside, and nobody can enter while the hold lives.</summary>
/// <param name="At">Since when, by the server's clock.</param>
/// <param name="Token">The hold's token: larger than that of every job that was inside before.</param>
/// <param name="Left">How many jobs have left.</param>
/// <param name="Expired">How many leases merely expired: their jobs were killed or paused, and one that was paused may wake up.</param>
public sealed record Drained(DateTimeOffset At, long Token, int Left, int Expired) : DrainResult;

/// <summary>The time is over and somebody is inside, or the server cannot tell.</summary>
/// <param name="Reason"><c>draining</c>, <c>recovering</c> (the database was restored) or <c>unreachable</c>.</param>
/// <param name="Inside">The jobs that were inside when the server last told.</param>
public sealed record NotDrained(string Reason, IReadOnlyList<LeaseInfo> Inside) : DrainResult
{
    /// <summary>A sentence for the log, with the names of the jobs.</summary>
    public override string ToString() => Reason switch
    {
        "recovering" => "Not drained: the database was restored or failed over, and leases from before may still be in use.",
        "unreachable" => "Not drained: the server gives no usable answer.",
        _ => $"Not drained: {string.Join(", ", Inside.Select(lease => $"{lease.Holder} (since {UtcTimeConverter.Format(lease.Since)})"))} still inside.",
    };
}
