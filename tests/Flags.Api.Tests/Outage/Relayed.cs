using System.Diagnostics;
using System.Net;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>A server behind a relay, and what it answers while the database is away.</summary>
public sealed class Relayed : IAsyncDisposable
{
    /// <summary>What the contract promises, with head-room for a busy machine.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2), Allowed = Promised * 2;

    private Relayed(Relay relay, TestServer server) => (Relay, Server) = (relay, server);

    public Relay Relay { get; }

    public TestServer Server { get; }

    /// <summary>The slowest answer so far.</summary>
    public TimeSpan Slowest { get; private set; }

    public static async Task<Relayed> StartAsync()
    {
        Relay relay = Relay.To(await TestServer.CreateDatabaseAsync());
        return new Relayed(relay, await TestServer.StartAsync(relay.ConnectionString, patient: false));
    }

    public async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Response)> SendAsync(string method, string path, string? json = null, bool timed = true)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
            request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        var took = Stopwatch.StartNew();
        HttpResponseMessage response = await Server.Http.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        Slowest = took.Elapsed > Slowest ? took.Elapsed : Slowest;
        Assert.True(!timed || took.Elapsed < Allowed, $"{method} {path} took {took.Elapsed}");
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
    public async Task WritesAreRefusedAsync(bool timed = true)
    {
        foreach (Route route in Route.All.Where(r => r.Method != "GET" && r.Pattern is not ("/usage" or "/features/{name}/evaluate")).Concat(Route.All.Where(r => r.Pattern is "/audit" or "/features/{name}/history" || r is { Method: "GET", Pattern: "/keys" or "/features/{name}/usage" })))
        {
            string path = route.Path("nobodys0").Replace(Route.Feature, "jobs_processing");
            (HttpStatusCode status, string body, HttpResponseMessage response) = await SendAsync(route.Method, path, route.Json, timed);
            Assert.True(status == HttpStatusCode.ServiceUnavailable, $"{route}: {(int)status} {body}");
            Assert.Equal("urn:flags:problem:unavailable", Api.Problem(body, status).Type);
            Assert.NotNull(response.Headers.RetryAfter);
        }
    }

    /// <summary>Nobody did anything to the server.</summary>
    public async Task RecoversAsync()
    {
        await Eventually.TrueAsync(async () => (await SendAsync("GET", "/readyz", timed: false)).Status == HttpStatusCode.OK, "ready again");
        await Eventually.TrueAsync(async () => !(await SendAsync("GET", "/api/v1/features", timed: false)).Response.Headers.Contains("Flags-Stale"), "fresh again");
        foreach (string path in (string[])["/audit", "/keys", "/features/jobs_processing/history", "/features/jobs_processing/usage"])
            await Eventually.TrueAsync(async () => (await SendAsync("GET", "/api/v1" + path, timed: false)).Status == HttpStatusCode.OK, path);
        await Eventually.TrueAsync(async () => (int)(await SendAsync("POST", "/api/v1/features", $$"""{"name":"after_{{Guid.NewGuid():N}}"}""", timed: false)).Status == 201, "writes again");
    }

    public async ValueTask DisposeAsync()
    {
        Relay.Thaw();
        await Server.DisposeAsync();
        await Relay.DisposeAsync();
    }
}
