using System.Net;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flags.Api.Tests;

[Collection(Alone.Name)]
public sealed class OutageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Without_its_database_a_server_reads_on_refuses_writes_and_recovers_by_itself()
    {
        await using Relayed relayed = await Relayed.StartAsync();
        await using EventReader stream = await EventReader.OpenAsync(relayed.Server.Http);
        Assert.Equal("resync", (await stream.NextAsync())?.Name);
        // Idle connections in the pool, which nobody tells that they are broken.
        await Parallel.ForAsync(0, 30, async (_, _) => await relayed.SendAsync("GET", "/api/v1/audit"));
        relayed.Relay.Cut();
        await relayed.WritesAreRefusedAsync();
        await relayed.ReadsAreStaleAsync();
        await relayed.WritesAreRefusedAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await relayed.SendAsync("GET", "/readyz")).Status);
        Assert.Equal(HttpStatusCode.OK, (await relayed.SendAsync("GET", "/livez")).Status);
        await using EventReader opened = await EventReader.OpenAsync(relayed.Server.Http);
        output.WriteLine($"slowest answer while the database was away: {relayed.Slowest.TotalMilliseconds:0} ms (promised: 2 000 ms)");
        relayed.Relay.Mend();
        await relayed.RecoversAsync();
        await Eventually.TrueAsync(async () => (await relayed.SendAsync("POST", "/api/v1/features/jobs_processing/disable")).Status == HttpStatusCode.OK, "it is turned off");
        Assert.NotNull(await stream.UntilAsync("jobs_processing"));
        Assert.NotNull(await opened.UntilAsync("jobs_processing"));
    }

    [Fact]
    public async Task A_database_that_hangs_delays_no_read_beyond_two_seconds()
    {
        var time = new FakeTime();
        await using Relayed relayed = await Relayed.StartAsync(time);
        TimeSpan patience = relayed.Server.Services.GetRequiredService<StoreOptions>().ReadPatience;
        // A read may have to wait for the query under way and then for its own.
        Assert.True(patience * 2 < TimeSpan.FromSeconds(2), $"{patience}");
        Assert.Equal(HttpStatusCode.OK, (await relayed.SendAsync("GET", "/api/v1/features")).Status);
        relayed.Relay.Freeze();
        Task<(HttpStatusCode, string, HttpResponseMessage Response)> first = relayed.SendAsync("GET", "/api/v1/features");
        // The change feed looks once a second, and this read.
        await Eventually.TrueAsync(() => time.Pauses.Count(pause => pause == patience) == 2, "the change feed and the read wait for the database");
        Assert.False(first.IsCompleted);
        time.Advance(patience);
        Assert.True((await first).Response.Headers.Contains("Flags-Stale"));
        // No time passes: these do not wait.
        await relayed.ReadsAreStaleAsync();
        time.Advance(TimeSpan.FromSeconds(0.25));
        Task<(HttpStatusCode, string, HttpResponseMessage Response)>[] many = [.. Enumerable.Range(0, 50).Select(_ => relayed.SendAsync("GET", "/api/v1/features/jobs_processing/check"))];
        await Eventually.TrueAsync(() => many.Count(read => read.IsCompleted) == many.Length - 1, "all but the one that asks are answered");
        await Eventually.TrueAsync(() =>
        {
            time.Advance(patience);
            return many.All(read => read.IsCompleted);
        }, "the one that asks is answered too");
        Assert.All(await Task.WhenAll(many), read => Assert.True(read.Response.Headers.Contains("Flags-Stale")));
        Assert.Equal(HttpStatusCode.OK, (await relayed.SendAsync("GET", "/livez")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await relayed.SendAsync("GET", "/readyz")).Status);
        relayed.Relay.Thaw();
        await relayed.RecoversAsync();
    }

    [Fact]
    public async Task Every_connection_ended_by_an_administrator_is_replaced()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using EventReader stream = await EventReader.OpenAsync(server.Http);
        for (int round = 0; round < 3; round++)
        {
            await server.SqlAsync<long>("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
            using HttpResponseMessage read = await server.Http.GetAsync(new Uri("/api/v1/features", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        }

        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage write = await server.Http.PostAsync(new Uri("/api/v1/features/jobs_processing/disable", UriKind.Relative), null);
            Assert.True(write.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable);
            return write.StatusCode == HttpStatusCode.OK;
        }, "a write works");
        Assert.NotNull(await stream.UntilAsync("jobs_processing"));
    }

    [Fact]
    public async Task A_server_that_starts_before_its_database_waits_for_it()
    {
        await using Relay relay = Relay.To(await TestServer.CreateDatabaseAsync());
        relay.Cut();
        await using Server server = await Server.CreateAsync([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(Patience.OfReads);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:Flags"] = Patience.Of(relay.ConnectionString), ["Flags:Setup:AdminKey"] = TestServer.AdminKey, ["urls"] = "http://127.0.0.1:0" });
            builder.Logging.ClearProviders();
        });
        await server.App.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(server.App.Urls.First()) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", TestServer.AdminKey);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/livez")).StatusCode);
        foreach (string path in (string[])["/readyz", "/api/v1/features", "/api/v1/features/jobs_processing/check", "/api/v1/snapshot", "/api/v1/stream", "/api/v1/audit", "/api/v1/keys"])
        {
            using HttpResponseMessage response = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Eventually.Deadline);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, path), (response.StatusCode, path));
            Assert.NotNull(response.Headers.RetryAfter);
        }

        relay.Mend();
        await Eventually.TrueAsync(async () => (await http.GetAsync("/readyz")).StatusCode == HttpStatusCode.OK, "the server is ready");
        await Eventually.TrueAsync(async () => (await http.GetAsync("/api/v1/features/jobs_processing/check")).StatusCode == HttpStatusCode.NoContent, "the feature is on");
        await server.App.StopAsync();
    }

    [Fact]
    public async Task A_statement_that_fails_while_a_server_starts_is_repeated()
    {
        const string Waiting = "select count(*) from pg_stat_activity where datname = current_database() and query like 'insert into auth.setup_codes%' and wait_event_type = 'Lock' and query_start >= ";
        string database = await TestServer.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using NpgsqlTransaction locked = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("lock table auth.setup_codes in access exclusive mode", connection, locked))
            await command.ExecuteNonQueryAsync();
        await using TestServer server = await TestServer.StartAsync(database + ";Timeout=30;Command Timeout=1", patient: false);
        await Eventually.TrueAsync(async () => await server.SqlAsync<long>(Waiting + "'-infinity'") == 1, "the start waits for the table");
        string first = await server.SqlAsync<string>("select clock_timestamp()::text");
        await Eventually.TrueAsync(async () => await server.SqlAsync<long>(Waiting + $"'{first}'") == 1, "it tries again");
        await locked.RollbackAsync();
        await Eventually.TrueAsync(async () => await server.SqlAsync<long>("select count(*) from auth.setup_codes") == 1, "it is set up");
        await Eventually.TrueAsync(async () => (await server.Http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode == HttpStatusCode.OK, "it is ready");
    }

    [Fact]
    public async Task More_readers_of_the_audit_than_connections_wait_and_are_served()
    {
        await using TestServer server = await TestServer.StartAsync(await TestServer.CreateDatabaseAsync() + ";Maximum Pool Size=3");
        // What a first call of each makes ready takes its time, and keeps its connection meanwhile.
        foreach (string path in (string[])["/api/v1/audit", "/api/v1/keys"])
            Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (i, ct) =>
        {
            using HttpResponseMessage response = await server.Http.GetAsync(new Uri(i % 2 == 0 ? "/api/v1/audit" : "/api/v1/keys", UriKind.Relative), ct);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        });
    }
}
