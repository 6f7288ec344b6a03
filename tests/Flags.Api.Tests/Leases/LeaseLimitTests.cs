using System.Net;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>No more jobs are inside than the feature's limit; and what a script does that only turns the feature off.</summary>
public sealed class LeaseLimitTests(Api api)
{
    [Fact]
    public async Task However_many_ask_at_once_no_more_enter_than_the_limit()
    {
        Feature feature = await api.LimitedAsync(3);
        Deploys.Reply[] asked = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => api.CallAsync("PUT", $"/features/{feature.Name}/leases/{Guid.NewGuid()}", "{}")));
        Assert.Equal(3, asked.Count(reply => reply.Status == HttpStatusCode.Created));
        Problem full = asked.First(reply => reply.Status == HttpStatusCode.Locked).Problem;
        Assert.Equal(("full", 3, 3), (full.Reason, full.InFlight, full.Leases!.Count));
        Assert.Contains("limited to 3", full.Detail);
        Assert.Equal(3, (await api.InsideAsync(feature)).Leases.Count);
    }

    [Fact]
    public async Task A_job_that_waits_for_a_slot_gets_the_next_that_is_left()
    {
        Feature feature = await api.LimitedAsync(1);
        EnteredLease inside = await api.EnterAsync(feature);
        Task<Deploys.Reply>[] waiting = [.. Enumerable.Range(0, 5).Select(_ => api.CallAsync("PUT", $"/features/{feature.Name}/leases/{Guid.NewGuid()}?wait=30s", "{}"))];
        await api.WaitingAsync(feature, 5);
        for (int left = 5; left > 0; left--)
        {
            await api.LeaveAsync(inside);
            Task<Deploys.Reply> entered = await Task.WhenAny(waiting);
            waiting = [.. waiting.Where(waiter => waiter != entered)];
            inside = System.Text.Json.JsonSerializer.Deserialize((await entered).Body, FlagsJson.Default.EnteredLease)!;
            Assert.Equal(inside.Id, Assert.Single((await api.InsideAsync(feature)).Leases).Id);
            Assert.DoesNotContain(waiting, waiter => waiter.IsCompleted);
        }
    }

    [Fact]
    public async Task Off_and_nobody_inside_stays_so_until_it_is_turned_on()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        string empty = $"/features/{feature.Name}/leases?until=empty";
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("GET", empty)).Status);
        EnteredLease[] inside = [await api.EnterAsync(feature), await api.EnterAsync(feature)];
        await api.CallAsync("POST", $"/features/{feature.Name}/disable");
        Deploys.Reply refused = await api.CallAsync("GET", empty + "&refuse=429");
        Assert.Equal((429, "inside", 2), ((int)refused.Status, refused.Slug, refused.Problem.InFlight));
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.Equal("disabled", (await api.CallAsync("POST", $"/features/{feature.Name}/leases")).Slug);
        await api.LeaveAsync(inside[0]);
        // The other's job is dead: it counts until its life and grace are over, which they are soon.
        await api.Server.SqlAsync<string>($"update flags.leases set ttl = 1, expires_at = clock_timestamp() + interval '1 second' where id = '{inside[1].Id}' returning 'dying'");
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("GET", empty + "&wait=20s")).Status);
        Assert.Equal("expired", (await api.LeaveAsync(inside[1])).Header("Flags-Lease-Was"));
        Assert.Equal("disabled", (await api.CallAsync("POST", $"/features/{feature.Name}/leases?wait=300ms")).Slug);
    }
}
