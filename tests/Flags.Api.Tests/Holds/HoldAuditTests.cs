using Flags.Core;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>Every placing, drain, revocation and end has exactly one audit row, whoever repeats the call and however many replicas tick.</summary>
public sealed class HoldAuditTests(Replicas replicas) : IClassFixture<Replicas>
{
    private readonly Api api = replicas.First;

    [Fact]
    public async Task A_deploy_leaves_one_row_for_each_step()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        EnteredLease lease = await api.EnterAsync(feature);
        string id = Guid.NewGuid().ToString(), json = $$"""{"features":["{{feature.Name}}"],"reason":"v42"}""";
        for (int i = 0; i < 3; i++)
            await api.CallAsync("PUT", $"/holds/{id}", json);
        long token = long.Parse((await api.CallAsync("PUT", $"/holds/{id}", json)).Header("Flags-Token")!);
        await api.CallAsync("POST", $"/holds/{id}/extend", $$"""{"token":{{token}}}""");
        await api.CallAsync("GET", $"/holds/{id}/drained");
        await api.CallAsync("POST", $"/holds/{id}/revoke-leases", headers: ("Flags-Reason", "%C3%A9t%C3%A9"));
        await api.LeaveAsync(lease);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => api.CallAsync("GET", $"/holds/{id}/drained?wait=10s")));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => api.CallAsync("DELETE", $"/holds/{id}", headers: ("Flags-Reason", "done"))));
        Assert.Equal(["hold.place setup v42", "hold.revoke setup été", "hold.drain server ", "hold.release setup done"], await RowsAsync(id));
        Assert.Equal(4, (await api.CallAsync("GET", $"/audit?feature={feature.Name}&what=hold")).Body.Split(id).Length - 1);
    }

    [Fact]
    public async Task A_dead_deploy_is_drained_and_ended_once_by_the_server()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        var holds = new List<PlacedHold>();
        for (int i = 0; i < 5; i++)
            holds.Add(await api.HoldAsync(feature, ""","ttl":"30m" """));
        string ids = string.Join(',', holds.Select(hold => $"'{hold.Id}'"));
        await Eventually.TrueAsync(() => api.Server.SqlAsync<bool>($"select count(*) = 5 from flags.holds where drained_at is not null and id in ({ids})"), "every hold is drained");
        // Over now, and not before the server came to drain them.
        Assert.Equal(5, await api.Server.SqlAsync<long>($"with over as (update flags.holds set expires_at = clock_timestamp() where id in ({ids}) returning 1) select count(*) from over"));
        await Eventually.TrueAsync(() => api.Server.SqlAsync<bool>($"select count(*) = 5 from flags.holds where ended_how = 'expired' and id in ({ids})"), "every hold is over");
        foreach (PlacedHold hold in holds)
        {
            await api.ReleaseAsync(hold);
            Assert.Equal(["hold.place setup v42", "hold.drain server ", "hold.expire server "], await RowsAsync($"{hold.Id}"));
        }
    }

    [Fact]
    public async Task A_forced_end_and_what_is_refused()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        EnteredLease inside = await api.EnterAsync(feature);
        PlacedHold hold = await api.HoldAsync(feature);
        await api.CallAsync("POST", $"/holds/{hold.Id}/extend", """{"token":1}""");
        await api.CallAsync("PUT", $"/holds/{hold.Id}", """{"features":["jobs_processing"],"reason":"x"}""");
        await api.CallAsync("POST", "/holds", $$"""{"features":["{{feature.Name}}"],"reason":"x","exclusive":true}""");
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => api.CallAsync("POST", $"/holds/{hold.Id}/force-release", """{"reason":"ci died"}""")));
        Assert.Equal(["hold.place setup v42", "hold.force setup ci died"], await RowsAsync($"{hold.Id}"));
        await api.LeaveAsync(inside);
    }

    private Task<string[]> RowsAsync(string id) =>
        api.Server.SqlAsync<string[]>($"select array_agg(concat_ws(' ', what, caller_name, coalesce(reason, '')) order by id) from flags.audit where change ->> 'hold' = '{id}'");
}
