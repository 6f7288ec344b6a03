using Flags.Core;
using Flags.Store;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>Deploys that look like those of a real installation: one that drains, one placed on a page, one with words of every length, one that is over.</summary>
internal sealed record SampleHolds(Guid Draining, Guid Ended)
{
    public static async Task<SampleHolds> PlaceAsync(TestServer server)
    {
        Guid ended = await EndedAsync(server);
        LeaseToken[] left = [.. await Task.WhenAll(Enumerable.Range(1, 6).Select(n => server.EnterAsync("nightly_reports", $"Report{n}")))];
        await server.EnterAsync("nightly_reports", "ImportOrders", "worker-3");
        await server.EnterAsync("nightly_reports", "SendDigest", "worker-1");
        await server.EnterAsync("nightly_reports", "RebuildIndex", "worker-2", TimeSpan.FromMinutes(10));
        await server.EnterAsync("rtm_connection", "bot-a");
        await server.EnterAsync("audit_stream", "Forwarder", "worker-1");
        Guid draining = await server.HoldAsync(["nightly_reports"], url: "https://ci.example/run/4711");
        await server.Holds.ExtendAsync(draining, null, TimeSpan.FromMinutes(15), CancellationToken.None);
        await server.EnterAsync("nightly_reports", "MonthlyReport");
        await server.EnterAsync("nightly_reports", "SyncCrm");
        foreach (LeaseToken lease in left)
            await server.LeaveAsync(lease);
        Guid onPage = await server.HoldAsync(["blue_green_gate"], "anna", "moves to the new host", TimeSpan.FromMinutes(15), by: new Caller("anna", "anna", CallerKind.Person, Permissions.Admin));
        await server.Holds.DrainAsync(onPage, CancellationToken.None);
        await AgeAsync(server);
        return new SampleHolds(draining, ended);
    }

    /// <summary>Words of every length, in four features.</summary>
    public static async Task<Guid> PlaceLongAsync(TestServer server)
    {
        string[] features = ["dark_launch_pricing", "payments_v3", "legacy_export", "rate_limits"];
        foreach (string feature in features)
            await server.EnterAsync(feature, new string('j', 150), new string('a', 150));
        return await server.HoldAsync(features, new string('h', 120), new string('r', 300), TimeSpan.FromMinutes(30), "https://ci.example/" + new string('u', 300), exclusive: true);
    }

    /// <summary>As if it had gone on for a while.</summary>
    private static Task<int> AgeAsync(TestServer server) => server.SqlAsync<int>("""
        with holds as (update flags.holds set
            placed_at = placed_at - case when holder like '%4655' then interval '2 h 2 min' when holder like '%4698' then interval '3 min 7 s' else interval '101 s' end,
            drained_at = case when holder like '%4655' then null else drained_at - interval '75 s' end,
            extended_at = extended_at - interval '4 s', ended_at = ended_at - case when holder like '%4655' then interval '2 h' else interval '0' end returning 1),
          leases as (update flags.leases set
            entered_at = entered_at - case when ended_at is not null then interval '5 min' when holder = 'ImportOrders' then interval '220 s' when holder = 'RebuildIndex' then interval '171 s' else interval '150 s' end,
            ended_at = ended_at - interval '2 min', expires_at = expires_at - case holder when 'ImportOrders' then interval '12 s' else interval '3 s' end,
            revoked_at = case when holder = 'SendDigest' then entered_at end returning 1),
          waiters as (update flags.waiters set since = since - case holder when 'SyncCrm' then interval '20 s' else interval '49 s' end returning 1)
        select 1
        """);

    private static async Task<Guid> EndedAsync(TestServer server)
    {
        LeaseToken[] jobs = [await server.EnterAsync("nightly_reports", "ImportOrders", "worker-3"), await server.EnterAsync("nightly_reports", "SendDigest")];
        Guid hold = await server.HoldAsync(["nightly_reports"], "github-actions #4698", "release 2026.11.20-2", url: "https://ci.example/run/4698");
        await server.LeaveAsync(jobs[0]);
        await server.Holds.RevokeLeasesAsync(ServerSteps.Key, hold, "takes too long", CancellationToken.None);
        await server.LeaveAsync(jobs[1]);
        await server.Holds.DrainAsync(hold, CancellationToken.None);
        await server.ReleaseAsync(hold);
        Guid died = await server.HoldAsync(["nightly_reports", "audit_stream"], "github-actions #4655", "release 2026.11.19-1", TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(async () => (await server.FindHoldAsync(died)).EndedAt is not null, "the hold of a dead deploy ends");
        return hold;
    }
}
