using System.Data.Common;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>
/// Notices successors that wait for a slot, on whichever replica, so that the one inside hears of it on its stream and not at its next renewal.
/// Looks at every beat of the <see cref="Pulse"/>, and once a second as a net; only while somebody follows and a feature has a limit, since
/// only those can be taken over.
/// </summary>
internal sealed class TakeoverWishes(LeaseStore leases, FeatureCache cache, Pulse pulse) : BackgroundService
{
    /// <summary>A drain of a thousand jobs beats a thousand times.</summary>
    private static readonly TimeSpan Net = TimeSpan.FromSeconds(1), Rest = TimeSpan.FromMilliseconds(20);

    private HashSet<Guid> known = [];
    private Wish newest = new() { Features = [] };
    private int followers;

    public void Follow() => Interlocked.Increment(ref followers);

    public void Unfollow() => Interlocked.Decrement(ref followers);

    public Task<Wish> NextAsync(CancellationToken cancellation) => Volatile.Read(ref newest).NextAsync(cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Taken before the look: what happens meanwhile is not missed.
            Task beat = pulse.Next;
            if (Volatile.Read(ref followers) > 0)
                await LookAsync(stoppingToken);
            await Task.Delay(Rest, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await beat.WaitAsync(Net, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        string[] limited = [.. (cache.Last?.Features ?? []).Where(feature => feature.Feature.Limit is not null).Select(feature => feature.Feature.Name)];
        if (limited.Length == 0)
            return;
        try
        {
            WaiterInfo[] wishes = [.. (await leases.ListAsync(limited, stopping)).Waiting.Where(waiter => waiter.Takeover)];
            string[] asked = [.. wishes.Where(wish => !known.Contains(wish.LeaseId)).Select(wish => wish.Feature).Distinct()];
            known = [.. wishes.Select(wish => wish.LeaseId)];
            if (asked.Length == 0)
                return;
            var next = new Wish { Features = asked };
            Interlocked.Exchange(ref newest, next).Follow(next);
        }
        catch (Exception outage) when (outage is StoreUnavailableException or DbException or OperationCanceledException)
        {
            // The next look finds them; until then the one inside hears of it when it renews.
        }
    }
}
