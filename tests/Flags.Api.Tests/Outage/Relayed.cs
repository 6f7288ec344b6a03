using System.Diagnostics;
using System.Net;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Flags.Api.Tests;

/// <summary>A server behind a relay, and what it answers while the database is away.</summary>
public sealed class Relayed : IAsyncDisposable
{
    /// <summary>For connections and commands: longer than any call here is waited for, so that what is answered has not waited for the database.</summary>
    private const int Patience = 300;

    private readonly FakeTime? time;

    private Relayed(Relay relay, TestServer server, FakeTime? time) => (Relay, Server, this.time) = (relay, server, time);

    public Relay Relay { get; }

    public TestServer Server { get; }

    /// <summary>The slowest answer so far.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <param name="time">What the patience of reads is counted in, and it is that of production then. Null makes it a minute: a database that is away, and does not hang, is noticed without any.</param>
    public static async Task<Relayed> StartAsync(FakeTime? time = null)
    {
        Relay relay = Relay.To(await TestServer.CreateDatabaseAsync());
        string patient = new NpgsqlConnectionStringBuilder(relay.ConnectionString) { Timeout = Patience, CommandTimeout = Patience }.ConnectionString;
        var settings = new Dictionary<string, string?>();
        if (time is null)
            settings["Flags:ReadPatience"] = "1m";
        TestServer server = await TestServer.StartAsync(patient, settings, services => services.AddSingleton<TimeProvider>(_ => time ?? TimeProvider.System), patient: false);
        // When the feed has told a new key it knows the features and the keys, and asks for nothing more but once a second.
        ChangeFeed feed = server.Services.GetRequiredService<ChangeFeed>();
        await feed.NewestAsync(CancellationToken.None).WaitAsync(Eventually.Deadline);
        await server.MintAsync("read");
        long keys = await server.SqlAsync<long>("select auth_version from flags.counter");
        await Eventually.TrueAsync(async () => (await feed.NewestAsync(CancellationToken.None)).AuthVersion == keys, "the minted key was told");
        return new Relayed(relay, server, time);
    }

    public async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Response)> SendAsync(string method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        var took = Stopwatch.StartNew();
        HttpResponseMessage response = await Server.Http.SendAsync(request).WaitAsync(Eventually.Deadline);
        string body = await response.Content.ReadAsStringAsync();
        Slowest = took.Elapsed > Slowest ? took.Elapsed : Slowest;
        return (response.StatusCode, body, response);
    }

    /// <summary>Every read that needs nothing but features answers as before, and says that it is old.</summary>
    public async Task ReadsAreStaleAsync()
    {
        foreach ((string method, string path, int status) in ((string, string, int)[])
            [("GET", "/features", 200), ("GET", "/features/jobs_processing", 200), ("GET", "/features/jobs_processing/check", 204), ("POST", "/features/jobs_processing/evaluate", 200), ("GET", "/snapshot", 200), ("GET", "/export", 200), ("GET", "/features/nowhere", 404)])
        {
            (HttpStatusCode got, string body, HttpResponseMessage response) = await SendAsync(method, "/api/v1" + path);
            Assert.True(status == (int)got, $"{path}: {(int)got} {body}");
            Assert.True(response.Headers.TryGetValues("Flags-Stale", out IEnumerable<string>? stale) && int.Parse(stale.Single()) >= 0, path);
        }
    }

    /// <summary>Writes, and reads of what is only in the database, are refused with a time to come back.</summary>
    public async Task WritesAreRefusedAsync()
    {
        foreach (Route route in Route.All.Where(r => r.Method != "GET" && r.Pattern is not ("/usage" or "/features/{name}/evaluate")).Concat(Route.All.Where(r => r.Pattern is "/audit" or "/features/{name}/history" || r is { Method: "GET", Pattern: "/keys" or "/features/{name}/usage" })))
        {
            string path = route.Path("nobodys0").Replace(Route.Feature, "jobs_processing");
            (HttpStatusCode status, string body, HttpResponseMessage response) = await SendAsync(route.Method, path, route.Json);
            Assert.True(status == HttpStatusCode.ServiceUnavailable, $"{route}: {(int)status} {body}");
            Assert.Equal("urn:flags:problem:unavailable", Api.Problem(body, status).Type);
            Assert.NotNull(response.Headers.RetryAfter);
        }
    }

    /// <summary>Nobody did anything to the server.</summary>
    public async Task RecoversAsync()
    {
        await Eventually.TrueAsync(async () => (await SendAsync("GET", "/readyz")).Status == HttpStatusCode.OK, "ready again");
        await Eventually.TrueAsync(async () =>
        {
            // Nobody asks before the pause after a failure is over.
            time?.Advance(TimeSpan.FromSeconds(1));
            return !(await SendAsync("GET", "/api/v1/features")).Response.Headers.Contains("Flags-Stale");
        }, "fresh again");
        foreach (string path in (string[])["/audit", "/keys", "/features/jobs_processing/history", "/features/jobs_processing/usage"])
            await Eventually.TrueAsync(async () => (await SendAsync("GET", "/api/v1" + path)).Status == HttpStatusCode.OK, path);
        await Eventually.TrueAsync(async () => (int)(await SendAsync("POST", "/api/v1/features", $$"""{"name":"after_{{Guid.NewGuid():N}}"}""")).Status == 201, "writes again");
    }

    public async ValueTask DisposeAsync()
    {
        Relay.Thaw();
        await Server.DisposeAsync();
        await Relay.DisposeAsync();
    }
}
