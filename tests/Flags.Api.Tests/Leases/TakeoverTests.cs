using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>A singleton handed over from one version to the next.</summary>
public sealed class TakeoverTests(Own own) : IClassFixture<Own>
{
    private readonly Api api = own.Api;

    [Fact]
    public async Task A_successor_gets_the_slot_when_the_one_inside_leaves_and_nobody_else_does()
    {
        Feature feature = await api.LimitedAsync(1);
        EnteredLease first = await api.EnterAsync(feature, """{"holder":"v1"}""");
        string path = $"/features/{feature.Name}/leases";
        Assert.Equal("full", (await api.CallAsync("POST", path)).Slug);
        Task<Deploys.Reply> successor = api.CallAsync("PUT", $"{path}/{Guid.NewGuid()}?wait=50s", """{"takeover":true,"holder":"v2"}""");
        Task<Deploys.Reply> other = api.CallAsync("PUT", $"{path}/{Guid.NewGuid()}?wait=50s", """{"holder":"v3"}""");
        await api.WaitingAsync(feature, 2);
        Deploys.Reply renewed = await api.CallAsync("POST", $"/leases/{first.Id}/renew", $$"""{"token":{{first.Token}}}""");
        Assert.True(JsonSerializer.Deserialize(renewed.Body, FlagsJson.Default.RenewedLease)!.TakeoverRequested);
        await api.LeaveAsync(first);
        Deploys.Reply granted = await successor;
        Assert.Equal(HttpStatusCode.Created, granted.Status);
        EnteredLease second = JsonSerializer.Deserialize(granted.Body, FlagsJson.Default.EnteredLease)!;
        Assert.True(second.Token > first.Token);
        LeaseList inside = await api.InsideAsync(feature);
        Assert.Equal("v2", Assert.Single(inside.Leases).Holder);
        Assert.Equal("v3", Assert.Single(inside.Waiting).Holder);
        Assert.False(other.IsCompleted);
        await api.LeaveAsync(second);
        Assert.Equal(HttpStatusCode.Created, (await other).Status);
    }

    [Fact]
    public async Task Without_a_limit_there_is_nothing_to_take_over()
    {
        Feature feature = await api.CreateAsync(enabled: true), limited = await api.LimitedAsync(1);
        string before = await api.StateAsync(), path = $"/features/{feature.Name}/leases/{Guid.NewGuid()}";
        Deploys.Reply refused = await api.CallAsync("PUT", path, """{"takeover":true}""");
        Assert.Equal((422, "no-limit", "takeover"), ((int)refused.Status, refused.Slug, refused.Problem.Errors![0].Field));
        Assert.Equal(before, await api.StateAsync());
        string repeated = $"/features/{limited.Name}/leases/{Guid.NewGuid()}";
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync("PUT", repeated, """{"takeover":true}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("PATCH", $"/features/{limited.Name}", """{"limit":null}""")).Status);
        // The same call gets the same lease, whatever became of the feature.
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("PUT", repeated, """{"takeover":true}""")).Status);
    }

    [Fact]
    public async Task A_holder_that_was_told_and_stays_is_refused_and_its_successor_gets_the_slot_when_it_leaves()
    {
        Feature feature = await api.LimitedAsync(1);
        EnteredLease first = await api.EnterAsync(feature, """{"holder":"v1","ttl":"15m"}""");
        Task<Deploys.Reply> successor = api.CallAsync("PUT", $"/features/{feature.Name}/leases/{Guid.NewGuid()}?wait=50s", """{"takeover":true,"holder":"v2"}""");
        await api.WaitingAsync(feature, 1);
        string renew = $"/leases/{first.Id}/renew", token = $$"""{"token":{{first.Token}}}""";
        Assert.Contains("\"takeoverRequested\":true", (await api.CallAsync("POST", renew, token)).Body);
        // A quarter of its TTL later.
        await api.Server.SqlAsync<string>($"update flags.leases set told_at = told_at - interval '226 seconds' where id = '{first.Id}' returning 'past'");
        Deploys.Reply refused = await api.CallAsync("POST", renew, token);
        Assert.Equal((HttpStatusCode.Gone, "lease-lost", "revoked"), (refused.Status, refused.Slug, refused.Problem.Reason));
        Assert.False(successor.IsCompleted);
        await api.LeaveAsync(first);
        Assert.Equal(HttpStatusCode.Created, (await successor).Status);
    }
}
