using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin.Tests;

/// <summary>What a pipeline and its jobs do, straight in the store.</summary>
internal static class DeploySteps
{
    public static readonly Caller Job = new("jobs", "jobs", CallerKind.Key, Permissions.Lease);

    extension(TestServer server)
    {
        public HoldStore Holds => server.Services.GetRequiredService<HoldStore>();

        public LeaseStore Leases => server.Services.GetRequiredService<LeaseStore>();
    }

    /// <summary>A hold of a pipeline.</summary>
    public static async Task<Guid> HoldAsync(this TestServer server, string[] features, string holder = "github-actions #4711", string reason = "release 2026.11.20-3", TimeSpan? ttl = null, string? url = null, bool exclusive = false, Caller? by = null)
    {
        var attempt = new PlaceAttempt
        {
            Id = Guid.CreateVersion7(),
            FeatureIds = [.. (await server.SetAsync()).Features.Where(f => features.Contains(f.Feature.Name)).Select(f => f.Id)],
            Holder = holder,
            Reason = reason,
            Url = url,
            Ttl = ttl ?? TimeSpan.FromMinutes(2),
            MaxDuration = TimeSpan.FromHours(2),
            Exclusive = exclusive,
        };
        Assert.Equal(features.Length, attempt.FeatureIds.Length);
        Assert.Equal(PlaceOutcome.Placed, (await server.Holds.PlaceAsync(by ?? ServerSteps.Key, attempt, CancellationToken.None)).Outcome);
        return attempt.Id;
    }

    /// <summary>A job inside; while the feature is held it waits.</summary>
    public static async Task<LeaseToken> EnterAsync(this TestServer server, string feature, string holder, string? actor = null, TimeSpan? ttl = null)
    {
        StoredFeature row = (await server.SetAsync()).Find(feature)!;
        var attempt = new EnterAttempt
        {
            Id = Guid.CreateVersion7(),
            FeatureId = row.Id,
            Version = row.Feature.Version,
            Open = row.Feature.Gates.Boolean,
            Limited = row.Feature.Limit is not null,
            Ttl = ttl ?? TimeSpan.FromMinutes(1),
            Holder = holder,
            Actor = actor,
            Waits = true,
        };
        EnterAnswer answer = await server.Leases.EnterAsync(Job, attempt, CancellationToken.None);
        Assert.Equal(row.Feature.Held ? EnterOutcome.Held : EnterOutcome.Entered, answer.Outcome);
        return new LeaseToken(attempt.Id, answer.Token);
    }

    public static async Task LeaveAsync(this TestServer server, LeaseToken lease) =>
        Assert.Equal("live", await server.Leases.LeaveAsync(Job, lease.Id, lease.Token, CancellationToken.None));

    public static async Task<Guid> ReleaseAsync(this TestServer server, Guid hold)
    {
        await server.Holds.EndAsync(ServerSteps.Key, hold, "released", null, CancellationToken.None);
        return hold;
    }

    public static async Task<HoldInfo> FindHoldAsync(this TestServer server, Guid hold) => (await server.Holds.FindAsync(hold, CancellationToken.None))!;

    private static async Task<FeatureSet> SetAsync(this TestServer server) => (await server.Services.GetRequiredService<FeatureCache>().ReadAsync()).Set;
}
