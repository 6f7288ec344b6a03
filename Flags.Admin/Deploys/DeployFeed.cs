using Flags.Core;
using Flags.Store;
using Microsoft.Extensions.Hosting;

namespace Flags.Admin;

/// <summary>
/// Live holds and leases for pages. Leases notify nobody, so while a hold is live and somebody has a page open this looks once a second, for all
/// viewers together; pages that refresh themselves are served from that look. Nothing is read when nobody looks.
/// </summary>
public sealed class DeployFeed(HoldStore holds, LeaseStore leases, DrainStore drains, FeatureCache cache, TimeProvider time) : BackgroundService
{
    private const int MostHolds = 200, MostPast = 200, CalmEvery = 5;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1), Fresh = TimeSpan.FromSeconds(1.5), Day = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim one = new(1, 1);
    private FeedStep<DeployState> newest = new(DeployState.Nothing);
    private (DeployState State, FeatureSet? Set, long Asked) latest = (DeployState.Nothing, null, 0);
    private (IReadOnlyList<HoldInfo> Holds, FeatureSet? Set, long Asked) past = ([], null, 0);
    private int viewers, watchers, looks;

    /// <summary>For tests: how often the database was asked.</summary>
    internal int Looks => Volatile.Read(ref looks);

    public FeedStep<DeployState> Newest
    {
        get
        {
            lock (gate)
                return newest;
        }
    }

    /// <summary>Whether the set has a held feature: only then pages need more than the set.</summary>
    public static bool AnyHeld(FeatureSet set) => set.Features.Any(f => f.Holds.Count > 0);

    /// <summary>Counts a viewer until the answer is disposed.</summary>
    /// <param name="watches">Whether the page shows jobs, so that they are looked at without a hold too, every five seconds.</param>
    public IDisposable Look(bool watches)
    {
        Interlocked.Increment(ref viewers);
        Interlocked.Add(ref watchers, watches ? 1 : 0);
        return new Viewer(() =>
        {
            Interlocked.Decrement(ref viewers);
            Interlocked.Add(ref watchers, watches ? -1 : 0);
        });
    }

    /// <summary>The state now; for a page that refreshes itself, a look of the last second is new enough as long as no hold came or went.</summary>
    public async Task<DeployState> ReadAsync(FeatureSet set, bool refresh, CancellationToken cancellation)
    {
        if (!refresh)
            return await LookAsync(set, cancellation);
        await one.WaitAsync(cancellation);
        try
        {
            (DeployState state, FeatureSet? seen, long asked) = Latest;
            return ReferenceEquals(seen, set) && time.GetElapsedTime(asked) < Fresh ? state : await LookAsync(set, cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Holds that ended within the last day, newest first; they change only with the set.</summary>
    public async Task<IReadOnlyList<HoldInfo>> PastAsync(FeatureSet set, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            if (!ReferenceEquals(past.Set, set) || time.GetElapsedTime(past.Asked) > TimeSpan.FromMinutes(1))
            {
                DateTimeOffset since = time.GetUtcNow() - Day;
                HoldList ended = await holds.ListAsync(false, null, MostPast, cancellation);
                past = ([.. ended.Holds.Where(h => h.EndedAt > since).OrderByDescending(h => h.EndedAt)], set, time.GetTimestamp());
            }

            return past.Holds;
        }
        finally
        {
            one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (int round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            try
            {
                if (Volatile.Read(ref viewers) > 0 && cache.Last is { } set && (AnyHeld(set) || (Volatile.Read(ref watchers) > 0 && round % CalmEvery == 0)))
                    await LookAsync(set, stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // The change feed says so in the log; pages say that they are read-only.
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

    private (DeployState State, FeatureSet? Set, long Asked) Latest
    {
        get
        {
            lock (gate)
                return latest;
        }
    }

    private async Task<DeployState> LookAsync(FeatureSet set, CancellationToken cancellation)
    {
        long asked = time.GetTimestamp();
        DateTimeOffset from = time.GetUtcNow();
        Interlocked.Increment(ref looks);
        Task<HoldList> live = holds.ListAsync(true, null, MostHolds, cancellation);
        Task<LeaseList> jobs = leases.ListAsync(null, cancellation);
        Task<DrainNotes> notes = drains.NotesAsync(cancellation);
        await Task.WhenAll(live, jobs, notes);
        var state = DeployState.Of(await live, await jobs, await notes, from, time.GetUtcNow());
        lock (gate)
        {
            if (asked > latest.Asked)
                latest = (state, set, asked);
            if (asked >= latest.Asked && (state.Seen != newest.State.Seen || state.HasOtherJobs(newest.State)))
            {
                var step = new FeedStep<DeployState>(state);
                newest.Follow(step);
                newest = step;
            }
        }

        return state;
    }
}
