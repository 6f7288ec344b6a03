using Flags.Core;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>
/// Renews all leases of a client: one loop, which lives while there are leases, one request for all that are due. A request that hangs keeps no
/// other lease from being renewed.
/// </summary>
internal sealed partial class Renewals(IFlagsApi api, SnapshotHolder holder, FlagsOptions options, ILogger logger, GivingBack givingBack, JobsInside jobs)
{
    private const int Batch = 1000;

    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(5), Quickest = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromSeconds(2);

    private readonly object gate = new();
    private readonly Dictionary<Lease, Turn> turns = [];
    private TaskCompletionSource changed = NewSignal();
    private bool running;

    public GivingBack GivingBack => givingBack;

    public JobsInside Jobs => jobs;

    private TimeProvider Time => options.TimeProvider;

    /// <summary>Renews it from now on, each time that <paramref name="every"/> has passed since a request was sent, the one that entered too: its answer may have been slow.</summary>
    public void Add(Lease lease, TimeSpan every)
    {
        lock (gate)
        {
            turns[lease] = new Turn(every, Time.GetTimestamp() + Ticks(lease.Deadline.LeftOf(every)), false);
            if (!running)
                _ = Task.Run(RunAsync);
            running = true;
        }

        Signal();
    }

    public void Remove(Lease lease)
    {
        lock (gate)
            turns.Remove(lease);
        Signal();
    }

    /// <summary>A successor may wait for these: leases that have not heard of one are renewed at once, since the answer says it.</summary>
    public void AskNow(IReadOnlyList<string> features)
    {
        lock (gate)
        {
            foreach ((Lease lease, Turn turn) in turns.Where(turn => features.Contains(turn.Key.Feature) && !turn.Key.TakeoverRequested.IsCancellationRequested).ToArray())
            {
                // The answer to a request on its way may be older than the wish.
                turns[lease] = turn.At == long.MaxValue ? turn with { Again = true } : turn with { At = Time.GetTimestamp() };
            }
        }

        Signal();
    }

    /// <summary>Tells the server; tried again for 5 s, since a deploy may wait for nothing else. No token of the caller: a cancelled job must still leave.</summary>
    public async Task LeaveAsync(Guid id, long token, string feature)
    {
        using var late = new CancellationTokenSource(Leaving, Time);
        var backoff = new Backoff(options.Random);
        try
        {
            while (true)
            {
                try
                {
                    await api.LeaveFeatureAsync(id, token, late.Token).ConfigureAwait(false);
                    return;
                }
                catch (FlagsUnavailableException)
                {
                    await Task.Delay(backoff.Next(), Time, late.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or FlagsProblemException or ObjectDisposedException)
        {
            LogNotLeft(feature, id, failure.Message);
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            Task moved = holder.Moved, woken = Volatile.Read(ref changed).Task;
            Lease[] due;
            TimeSpan pause;
            lock (gate)
            {
                foreach (Lease lost in turns.Keys.Where(lease => !lease.Deadline.IsLive).ToArray())
                    turns.Remove(lost);
                running = turns.Count > 0;
                if (!running)
                    return;
                CloseHeld();
                due = TakeDue(out pause);
            }

            foreach (Lease[] some in due.Chunk(Batch))
                _ = RenewAsync(some);
            await ((Task)Task.WhenAny(moved, woken)).WaitAsync(pause, Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The stream says it sooner than the next renewal. A hold from before the lease is over, though the snapshot may not know that yet.</summary>
    private void CloseHeld()
    {
        foreach (Lease lease in turns.Keys)
        {
            if (holder.Find(lease.Feature)?.Holds.Any(hold => hold.Since > lease.EnteredAt) == true)
                lease.Close(LogClosing);
        }
    }

    /// <summary>Those whose time has come, and with them those whose time is near.</summary>
    private Lease[] TakeDue(out TimeSpan pause)
    {
        long now = Time.GetTimestamp();
        long next = turns.Values.Min(turn => turn.At);
        Lease[] due = next > now ? [] : [.. turns.Where(turn => turn.Value.At <= now + (Ticks(turn.Value.Every) / 4)).Select(turn => turn.Key)];
        foreach (Lease lease in due)
            turns[lease] = turns[lease] with { At = long.MaxValue };
        next = turns.Values.Min(turn => turn.At);
        pause = next == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds((next - now) / (double)Time.TimestampFrequency) + TimeSpan.FromMilliseconds(1);
        return due;
    }

    private async Task RenewAsync(Lease[] leases)
    {
        long sent = Time.GetTimestamp();
        RenewedLeases? answer = null;
        try
        {
            // Half of what is left of the shortest, so that there is time for another try.
            TimeSpan limit = leases.Min(lease => lease.Remaining) / 2;
            using var late = new CancellationTokenSource(limit > Quickest ? limit : Quickest, Time);
            answer = await api.RenewLeasesAsync(new RenewLeases([.. leases.Select(lease => new LeaseToken(lease.Id, lease.Token))]), late.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is FlagsUnavailableException or FlagsProblemException or OperationCanceledException or ObjectDisposedException)
        {
            // Nothing is extended. A refused key may be rotated before the deadline.
            LogNotRenewed(leases.Length, failure.Message);
        }

        lock (gate)
        {
            foreach (Lease lease in leases)
                Settle(lease, answer?.Leases.FirstOrDefault(one => one.Id == lease.Id), sent);
        }

        Signal();
    }

    private void Settle(Lease lease, RenewedLease? answer, long sent)
    {
        if (!turns.TryGetValue(lease, out Turn turn))
            return;
        long now = Time.GetTimestamp();
        if (answer is null)
        {
            TimeSpan pause = turn.Every / 4 < LongestPause ? turn.Every / 4 : LongestPause;
            turns[lease] = turn with { At = now + Ticks(pause * (0.5 + (options.Random() / 2))) };
            return;
        }

        if (answer.Outcome != "renewed")
        {
            lease.Deadline.Lose(answer.Outcome == "revoked" ? WhyRevoked(lease) : $"the server says it is {answer.Outcome}");
            return;
        }

        lease.Deadline.Extend(sent, TimeSpan.FromSeconds(answer.ExpiresInSeconds));
        if (answer.TakeoverRequested)
            lease.AskToLeave(LogClosing);
        if (answer.Closing)
            lease.Close(LogClosing);
        turns[lease] = turn with { At = turn.Again && !answer.TakeoverRequested ? now : sent + Ticks(turn.Every), Again = false };
    }

    private void Signal() => Interlocked.Exchange(ref changed, NewSignal()).TrySetResult();

    private static string WhyRevoked(Lease lease) => lease.TakeoverRequested.IsCancellationRequested ? "its successor has waited long enough" : "a deploy has told the job to stop";

    public void LogClosing(Exception failure) => LogClosingFailed(failure);

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Time.TimestampFrequency);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(132, LogLevel.Warning, "{Count} leases could not be renewed and are tried again until their deadlines: {Problem}")]
    private partial void LogNotRenewed(int count, string problem);

    [LoggerMessage(133, LogLevel.Warning, "Leaving {Feature} was not acknowledged; the lease {Id} ends with its TTL: {Problem}")]
    private partial void LogNotLeft(string feature, Guid id, string problem);

    [LoggerMessage(134, LogLevel.Error, "What was registered for the closing of a feature, or for its takeover, failed.")]
    private partial void LogClosingFailed(Exception exception);

    /// <summary>When a lease is renewed next; never while a request is on its way.</summary>
    private readonly record struct Turn(TimeSpan Every, long At, bool Again);
}
