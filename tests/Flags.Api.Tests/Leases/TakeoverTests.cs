using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>A singleton handed over from one version to the next.</summary>
public sealed class TakeoverTests(Api api)
{
    [Fact]
    public async Task A_successor_gets_the_slot_when_the_one_inside_leaves_and_nobody_else_does()
    {
        Feature feature = await api.LimitedAsync(1);
        EnteredLease first = await api.EnterAsync(feature, """{"holder":"v1"}""");
        string path = $"/features/{feature.Name}/leases";
        Assert.Equal("full", (await api.CallAsync("POST", path)).Slug);
        Task<Deploys.Reply> successor = api.CallAsync("PUT", $"{path}/{Guid.NewGuid()}?wait=30s", """{"takeover":true,"holder":"v2"}""");
        Task<Deploys.Reply> other = api.CallAsync("PUT", $"{path}/{Guid.NewGuid()}?wait=30s", """{"holder":"v3"}""");
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
}
