using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>What the tests of leases and holds do again and again.</summary>
internal static class Steps
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A feature of that name, on.</summary>
    public static Task OpenAsync(this FlagsServer server, string feature, int? limit = null) =>
        server.Api.CreateFeatureAsync(new CreateFeature { Name = feature, Enabled = true, Limit = limit }, null, Cancellation);

    public static async Task<IReadOnlyList<LeaseInfo>> InsideAsync(this FlagsServer server, string feature) =>
        (await server.Api.ListLeasesAsync(feature, cancellationToken: Cancellation)).Leases;

    public static Task IsInsideAsync(this FlagsServer server, string feature, int count) =>
        Eventually.TrueAsync(async () => (await server.InsideAsync(feature)).Count == count, $"{count} are inside {feature}");

    /// <summary>A deploy's hold that another process placed.</summary>
    public static async Task<PlacedHold> HoldAsync(this FlagsServer server, string feature, string reason = "v42", Duration? ttl = null) =>
        await server.Api.PlaceHoldAsync(Guid.NewGuid(), new PlaceHold { Features = [feature], Reason = reason, Holder = "pipeline #7", Ttl = ttl }, cancellationToken: Cancellation);

    public static Task ReleaseAsync(this FlagsServer server, PlacedHold hold) => server.Api.ReleaseHoldAsync(hold.Id, null, Cancellation);

    /// <summary>Whether a pause ends with the next renewal of a lease of a minute.</summary>
    public static bool IsLeaseRenewal(TimeSpan pause) => pause > TimeSpan.FromSeconds(19) && pause <= TimeSpan.FromSeconds(20.1);

    /// <summary>A client behind a proxy.</summary>
    public static FlagsClient Client(this FlagsServer server, FaultProxy proxy, TimeProvider? time = null) => server.Client(options =>
    {
        options.Url = proxy.Url;
        // Polling, seldom: the proxy's faults are for the calls of the test alone.
        (options.Mode, options.PollInterval, options.ReportUsage) = (FlagsMode.Poll, TimeSpan.FromHours(1), false);
        options.TimeProvider = time ?? options.TimeProvider;
    });
}
