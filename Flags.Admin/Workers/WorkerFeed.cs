using Flags.Store;
using Microsoft.Extensions.Hosting;

namespace Flags.Admin;

/// <summary>
/// Workers for pages. Heartbeats notify nobody, so while somebody has the page open this looks once a second, for all viewers together. Viewers are told
/// of what looks different, and of heartbeats only as often as one worker sends them.
/// </summary>
public sealed class WorkerFeed(WorkerStore workers, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1), Fresh = TimeSpan.FromSeconds(1.5);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim one = new(1, 1);
    private FeedStep<WorkersState> newest = new(WorkersState.Nothing);
    private WorkersState latest = WorkersState.Nothing;
    private long asked, told;
    private int viewers, looks;

    /// <summary>For tests: how often the database was asked.</summary>
    internal int Looks => Volatile.Read(ref looks);

    public FeedStep<WorkersState> Newest
    {
        get
        {
            lock (gate)
                return newest;
        }
    }

    /// <summary>Counts a viewer until the answer is disposed.</summary>
    public IDisposable Look()
    {
        Interlocked.Increment(ref viewers);
        return new Viewer(() => Interlocked.Decrement(ref viewers));
    }

    /// <summary>The workers now; for a page that refreshes itself, a look of the last second is new enough.</summary>
    public async Task<WorkersState> ReadAsync(bool refresh, CancellationToken cancellation)
    {
        if (!refresh)
            return await LookAsync(cancellation);
        await one.WaitAsync(cancellation);
        try
        {
            return Recent() ?? await LookAsync(cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (Volatile.Read(ref viewers) > 0)
                    await LookAsync(stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // The change feed says so in the log; pages say that they know nothing.
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override void Dispose()
    {
        one.Dispose();
        base.Dispose();
    }

    private WorkersState? Recent()
    {
        lock (gate)
            return asked != 0 && time.GetElapsedTime(asked) < Fresh ? latest : null;
    }

    private async Task<WorkersState> LookAsync(CancellationToken cancellation)
    {
        long now = time.GetTimestamp();
        DateTimeOffset from = time.GetUtcNow();
        Interlocked.Increment(ref looks);
        WorkersState state = WorkersState.Of(await workers.LookAsync(null, null, cancellation), from, time.GetUtcNow());
        lock (gate)
        {
            if (now <= asked)
                return state;
            (latest, asked) = (state, now);
            if (state.IsOther(newest.State) || (state.Workers.Any(WorkerWords.Reports) && time.GetElapsedTime(told) > WorkerRules.Heartbeat))
                Tell(state);
        }

        return state;
    }

    private void Tell(WorkersState state)
    {
        var step = new FeedStep<WorkersState>(state);
        newest.Follow(step);
        (newest, told) = (step, time.GetTimestamp());
    }
}
