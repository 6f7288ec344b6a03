using System.Diagnostics;
using System.Net;
using Flags.Core;
using Flags.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flags.Api.Tests;

/// <summary>Waiting ends, and costs nobody anything.</summary>
public sealed class WaitTests(Api api)
{
    [Fact]
    public async Task Patience_ends_with_the_refusal_and_its_story()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        PlacedHold hold = await api.HoldAsync(feature);
        var since = Stopwatch.StartNew();
        Deploys.Reply refused = await api.CallAsync("POST", $"/features/{feature.Name}/leases?wait=400ms");
        Assert.Equal(("held", HttpStatusCode.Locked), (refused.Slug, refused.Status));
        Assert.Single(refused.Problem.Holds!);
        Assert.True(since.Elapsed >= TimeSpan.FromSeconds(0.4));
        Deploys.Reply preferred = await api.CallAsync("POST", $"/features/{feature.Name}/leases?refuse=429", headers: ("Prefer", "respond-async, wait=1"));
        Assert.Equal((429, "wait=1"), ((int)preferred.Status, preferred.Header("Preference-Applied")));
        await api.ReleaseAsync(hold);
    }

    [Fact]
    public async Task A_longer_wait_counts_as_the_longest_and_the_query_wins()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        string path = $"/features/{feature.Name}/leases";
        Assert.Equal("wait=55", (await api.CallAsync("POST", path, headers: ("Prefer", "wait=600"))).Header("Preference-Applied"));
        Assert.Equal(HttpStatusCode.Created, (await api.CallAsync("POST", path + "?wait=10m")).Status);
        Assert.Null((await api.CallAsync("POST", path + "?wait=1s", headers: ("Prefer", "wait=600"))).Header("Preference-Applied"));
        Assert.Null((await api.CallAsync("POST", path, headers: ("Prefer", "wait=long"))).Header("Preference-Applied"));
    }

    [Fact]
    public async Task A_hundred_waiters_hold_no_connection_ask_nothing_while_it_is_held_and_all_enter_after()
    {
        await using TestServer server = await TestServer.StartAsync(await TestServer.CreateDatabaseAsync() + ";Maximum Pool Size=3");
        var hold = new Uri("/api/v1/holds/9d2c1a52-0c1f-4f0e-8a57-3f3d6c0b9e13", UriKind.Relative);
        using HttpResponseMessage placed = await server.Http.PutAsync(hold, new StringContent("""{"features":["jobs_processing"],"reason":"v42"}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
        // Who comes while the set is older than the hold looks twice.
        using (HttpResponseMessage held = await server.Http.GetAsync(new Uri("/api/v1/features/jobs_processing/check", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Locked, held.StatusCode);
        Task<HttpResponseMessage>[] waiters = [.. Enumerable.Range(0, 100).Select(_ => server.Http.PostAsync(new Uri("/api/v1/features/jobs_processing/leases?wait=55s", UriKind.Relative), null))];
        await Eventually.TrueAsync(() => server.SqlAsync<bool>("select count(*) = 100 from flags.waiters"), "all wait");
        DateTime seen = await server.SqlAsync<DateTime>("select max(seen_at) from flags.waiters");
        for (int i = 0; i < 20; i++)
        {
            await server.SqlAsync<int>("select 1 from pg_notify('flags', '')");
            using HttpResponseMessage read = await server.Http.GetAsync(new Uri("/api/v1/audit", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        }

        Assert.Equal(seen, await server.SqlAsync<DateTime>("select max(seen_at) from flags.waiters"));
        Assert.All(waiters, waiter => Assert.False(waiter.IsCompleted));
        using HttpResponseMessage released = await server.Http.DeleteAsync(hold);
        foreach (HttpResponseMessage entered in await Task.WhenAll(waiters))
            Assert.Equal(HttpStatusCode.Created, entered.StatusCode);
        Assert.Equal(100, await server.SqlAsync<long>("select count(*) from flags.leases where ended_at is null"));
    }

    [Fact]
    public async Task A_client_that_goes_away_does_not_enter_later()
    {
        var underWay = new UnderWay();
        var own = new Api { Configure = services => services.AddSingleton<IStartupFilter>(underWay) };
        await own.InitializeAsync();
        Feature feature = await own.CreateAsync(enabled: true), limited = await own.LimitedAsync(1);
        PlacedHold hold = await own.HoldAsync(feature);
        EnteredLease inside = await own.EnterAsync(limited);
        using var ends = new CancellationTokenSource();
        Task[] waiters = [.. ((string[])[$"features/{feature.Name}/leases", $"features/{limited.Name}/leases"]).Select(path =>
            own.Http.PostAsync(new Uri($"/api/v1/{path}?wait=50s", UriKind.Relative), null, ends.Token))];
        Task drain = own.Http.GetAsync(new Uri($"/api/v1/holds/{hold.Id}/drained?wait=50s", UriKind.Relative), ends.Token);
        await own.WaitingAsync(feature, 1);
        await own.WaitingAsync(limited, 1);
        await ends.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiters));
        await drain.ContinueWith(_ => { }, TaskScheduler.Default);
        await Eventually.TrueAsync(() => underWay.Count == 0, "the server has seen that they are gone");
        await own.ReleaseAsync(hold);
        await own.LeaveAsync(inside);
        EnteredLease next = await own.EnterAsync(limited);
        Assert.Equal(next.Id, Assert.Single((await own.InsideAsync(limited)).Leases).Id);
        Assert.Empty((await own.InsideAsync(feature)).Leases);
        await own.DisposeAsync();
    }

    [Fact]
    public async Task A_wait_ends_with_its_key()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        PlacedHold hold = await api.HoldAsync(feature);
        MintedKey key = await api.Server.MintAsync("lease");
        using HttpClient job = api.Server.Client(key.Key);
        Task<Deploys.Reply> waiting = api.CallAsync("POST", $"/features/{feature.Name}/leases?wait=50s", http: job);
        await api.WaitingAsync(feature, 1);
        await api.CallAsync("DELETE", $"/keys/{key.Info.Id}");
        Assert.Equal("unauthorized", (await waiting.WaitAsync(Eventually.Deadline)).Slug);
        await api.ReleaseAsync(hold);
        Assert.Empty((await api.InsideAsync(feature)).Leases);
    }

    [Fact]
    public async Task A_wait_ends_with_the_server()
    {
        TestServer server = await TestServer.StartAsync();
        using HttpResponseMessage off = await server.Http.PostAsync(new Uri("/api/v1/features/jobs_processing/disable", UriKind.Relative), null);
        Task<HttpResponseMessage> waiting = server.Http.PostAsync(new Uri("/api/v1/features/jobs_processing/leases?wait=50s", UriKind.Relative), null);
        await Eventually.TrueAsync(() => server.SqlAsync<bool>("select count(*) = 1 from flags.waiters"), "it waits");
        // Long before its patience ends: what it is told within the deadline it is told by the end of the server.
        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        using HttpResponseMessage refused = await waiting.WaitAsync(Eventually.Deadline);
        Assert.Equal(HttpStatusCode.Locked, refused.StatusCode);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Without_its_database_a_server_answers_503_at_once()
    {
        await using Relayed relayed = await Relayed.StartAsync();
        relayed.Relay.Cut();
        foreach ((string method, string path) in ((string, string)[])[("POST", "/api/v1/features/jobs_processing/leases?wait=50s"), ("GET", $"/api/v1/holds/{Guid.NewGuid()}/drained?wait=50s"), ("DELETE", $"/api/v1/leases/{Guid.NewGuid()}?token=1"), ("DELETE", $"/api/v1/holds/{Guid.NewGuid()}"), ("GET", "/api/v1/holds")])
            Assert.Equal((HttpStatusCode.ServiceUnavailable, path), ((await relayed.SendAsync(method, path)).Status, path));
        relayed.Relay.Mend();
    }
}
