using Flags.Core;

namespace Flags.Client;

/// <summary>
/// A job's recorded permission to be inside; renewed in the background until it is disposed, which leaves. A deploy waits for it. Thread-safe.
/// </summary>
/// <remarks>
/// If the server forgets it, or no renewal is answered in time, <see cref="Lost"/> fires about a second before a deploy may begin: stop. A process
/// that was paused wakes with a lease that may be over: call <see cref="EnsureValid"/> before each side effect.
/// </remarks>
public sealed class Lease : EnterResult
{
    private readonly CancellationTokenSource closing = new(), successor = new();
    private readonly Renewals? renewals;
    private readonly Deadline? deadline;
    private int disposed;

    internal Lease(EnteredLease entered, string holder, Deadline deadline, Renewals renewals)
        : base(entered.Feature)
    {
        (Id, Token, Holder, this.deadline, this.renewals) = (entered.Id, entered.Token, holder, deadline, renewals);
        EnteredAt = entered.ExpiresAt.AddSeconds(-entered.ExpiresInSeconds);
        renewals.Jobs.Add(this, () => Close(renewals.LogClosing), deadline.Lose);
        renewals.Add(this, TimeSpan.FromSeconds(entered.RenewInSeconds));
    }

    /// <summary>One without protection.</summary>
    internal Lease(string feature, string holder)
        : base(feature) => Holder = holder;

    /// <summary>The id, for <see cref="EnterOptions.Parent"/>, logs and the page; all zeros without protection.</summary>
    public Guid Id { get; }

    /// <summary>
    /// The fencing token, a number that only grows: pass it to what the job writes to, and have that refuse smaller ones. 0 without protection.
    /// </summary>
    public long Token { get; }

    /// <summary>Which job.</summary>
    public string Holder { get; }

    /// <summary>False when the server could not be reached and the job asked to run all the same: no deploy waits for it, and it is never lost.</summary>
    public bool IsGuarded => deadline is not null;

    /// <summary>Fires when the job must stop: the lease has expired, was revoked, or could not be renewed in time. Not by leaving.</summary>
    public CancellationToken Lost => deadline?.Lost ?? CancellationToken.None;

    /// <summary>Fires when a deploy waits, the feature was turned off or this worker stops: the job may finish, and a long one should soon. Stays fired.</summary>
    public CancellationToken Closing => closing.Token;

    /// <summary>
    /// Fires when a successor has asked for the slot (<see cref="FlagsClient.TakeOverAsync"/>): finish and dispose, and the slot is its. At once while the
    /// client is connected to the stream of changes, otherwise with the next renewal. Nothing extends the lease from then on: <see cref="Lost"/> fires
    /// after about a third of its TTL.
    /// </summary>
    public CancellationToken TakeoverRequested => successor.Token;

    /// <summary>How long it surely lives if no renewal succeeds; zero or less when it is over. <see cref="TimeSpan.MaxValue"/> without protection.</summary>
    public TimeSpan Remaining => deadline switch
    {
        null => TimeSpan.MaxValue,
        { IsLive: true } => deadline.Remaining,
        _ => TimeSpan.Zero,
    };

    /// <summary>By the database's clock, as are the times of holds.</summary>
    internal DateTimeOffset EnteredAt { get; }

    internal Deadline Deadline => deadline!;

    /// <summary>Throws unless the job is surely inside, by the clock and not by a timer. Call it before each side effect.</summary>
    /// <param name="minRemaining">How long the side effect may take; default 0.</param>
    /// <exception cref="LeaseLostException">It is over, was left, or less than that remains.</exception>
    public void EnsureValid(TimeSpan minRemaining = default)
    {
        if (deadline is null)
            return;
        if (!deadline.IsLive)
            throw new LeaseLostException($"The lease {Id} on {Feature} is over: {deadline.Why ?? "the job has left"}.");
        if (deadline.Remaining is var left && left <= minRemaining)
            throw new LeaseLostException($"The lease {Id} on {Feature} lives for {left.TotalSeconds:0.0} s more, and {minRemaining.TotalSeconds:0.0} s are needed.");
    }

    /// <summary>Leaves, once: a deploy waits no longer for this job. An outage is logged, not thrown; the lease then ends with its TTL.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0 || deadline is null)
            return;
        deadline.Finish();
        renewals!.Remove(this);
        await renewals.LeaveAsync(Id, Token, Feature).ConfigureAwait(false);
        renewals.Jobs.Remove(this);
    }

    /// <summary>The lease, its job and its feature.</summary>
    public override string ToString() => $"{Feature}: {Holder} ({Id})";

    internal void Close(Action<Exception> failed) => Fire(closing, failed);

    internal void AskToLeave(Action<Exception> failed) => Fire(successor, failed);

    /// <summary>The callbacks are somebody else's: on another thread, and what they throw is not for whoever renews.</summary>
    private static void Fire(CancellationTokenSource source, Action<Exception> failed)
    {
        if (!source.IsCancellationRequested)
            _ = source.CancelAsync().ContinueWith(late => failed(late.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
