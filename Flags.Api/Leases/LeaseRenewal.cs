using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Renews leases in one round trip, and tells each job whether its feature is closing.</summary>
internal sealed class LeaseRenewal(LeaseStore leases, FeatureCache cache, StoreOptions options)
{
    public Problem? Check(Duration? ttl) => HoldRules.Ttl("ttl", ttl, options.LongestLease);

    public Problem? Check(RenewLeases body) => LeaseRules.Check(body, options.LongestLease);

    public async Task<IReadOnlyList<RenewedLease>> RenewAsync(HttpContext context, IReadOnlyList<LeaseToken> asked, Duration? ttl)
    {
        if (asked.Count == 0)
            return [];
        // The set in memory will do: closing is a hint, at most a second late.
        FeatureSet? set = cache.Last;
        return [.. (await leases.RenewAsync(context.Caller(), asked, ttl?.Value, context.RequestAborted))
            .Select(renewed => renewed.FeatureId is { } id && set is not null && IsOff(set, id) ? renewed.Lease with { Closing = true } : renewed.Lease)];
    }

    private static bool IsOff(FeatureSet set, int id) => set.Find(id) is not { } feature || feature.Feature.State == FeatureState.Off;
}
