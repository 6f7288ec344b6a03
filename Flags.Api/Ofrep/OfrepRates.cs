using System.Threading.RateLimiting;
using Flags.Store;

namespace Flags.Api;

/// <summary>How many evaluations a second one key may ask for from one address, where a limit is configured: keys in web pages are public.</summary>
internal sealed class OfrepRates : IAsyncDisposable
{
    public const int RetryAfterSeconds = 1;

    private readonly PartitionedRateLimiter<Caller>? limiter;

    public OfrepRates(WireOptions options)
    {
        if (options.CallsPerSecond is not { } calls)
            return;
        var bucket = new TokenBucketRateLimiterOptions { TokenLimit = calls, TokensPerPeriod = calls, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 };
        limiter = PartitionedRateLimiter.Create<Caller, (string, string?)>(caller => RateLimitPartition.GetTokenBucketLimiter((caller.Id, caller.Address), _ => bucket));
    }

    public bool IsWithin(Caller caller)
    {
        if (limiter is null)
            return true;
        using RateLimitLease lease = limiter.AttemptAcquire(caller);
        return lease.IsAcquired;
    }

    public ValueTask DisposeAsync() => limiter?.DisposeAsync() ?? ValueTask.CompletedTask;
}
