using System.Net;
using System.Text;
using System.Text.Json;
using Flags.Core;
using Flags.Testing;
using Npgsql;

namespace Flags.Api.Tests;

/// <summary>On a server of its own: a refusal is compared with the whole state.</summary>
public sealed class WorkerRouteTests(Own own) : IClassFixture<Own>
{
    private readonly Api api = own.Api;

    [Fact]
    public async Task A_deploy_waits_for_the_new_version_and_then_tells_the_old_one()
    {
        string role = api.NewName("bot"), ready = $"/workers/ready?role={role}&version=v2&min=2";
        await BeatAsync(role, "old", "v1", "ready");
        await BeatAsync(role, "new-1", "v2", "ready");
        await BeatAsync(role, "new-2", "v2", "starting");
        Deploys.Reply refused = await api.CallAsync("GET", ready);
        Assert.Equal((423, "workers-missing", 2), ((int)refused.Status, refused.Slug, refused.Problem.Workers!.Count));
        Assert.Contains("1 of 2", refused.Problem.Detail);
        Assert.Contains("1 starting", refused.Problem.Detail);
        Assert.Equal(429, (int)(await api.CallAsync("GET", ready + "&refuse=429")).Status);
        Task<Deploys.Reply> waiting = api.CallAsync("GET", ready + "&wait=30s");
        Assert.Equal("none", await BeatAsync(role, "new-2", "v2", "ready"));
        // A slow machine must not make them lost: three missed heartbeats are 15 s.
        await BeatAsync(role, "new-1", "v2", "ready");
        Deploys.Reply enough = await waiting;
        Assert.Equal(HttpStatusCode.OK, enough.Status);
        Assert.Equal(["new-1", "new-2"], Workers(enough).Select(worker => worker.Id[role.Length..]).Order());
        await BeatAsync(role, "old", "v1", "ready");
        Deploys.Reply told = await api.CallAsync("POST", "/workers/quiet", $$"""{"role":"{{role}}","exceptVersion":"v2"}""", null, ("Flags-Reason", "v2%20is%20ready"), ("Accept", "text/plain"));
        Assert.Equal((HttpStatusCode.OK, "1"), (told.Status, told.Body));
        Assert.Equal(("quiet", "none"), (await BeatAsync(role, "old", "v1", "ready"), await BeatAsync(role, "new-1", "v2", "ready")));
        // Who was told to end counts for nobody, even before it hears of it.
        Assert.Equal(423, (int)(await api.CallAsync("GET", $"/workers/ready?role={role}&version=v1")).Status);
        await api.CallAsync("POST", "/workers/terminate", $$"""{"role":"{{role}}","version":"v1"}""");
        Assert.Equal("terminate", await BeatAsync(role, "old", "v1", "stopped"));
        Assert.Equal(["old stopped", "new-1 ready", "new-2 ready"], Workers(await api.CallAsync("GET", $"/workers?role={role}")).Select(worker => $"{worker.Id[role.Length..]} {worker.State}"));
        Assert.Equal("workers.quiet v2 is ready, workers.terminate", await api.Server.SqlAsync<string>($"select string_agg(concat_ws(' ', what, reason), ', ' order by id) from flags.audit where target = '{role}'"));
    }

    [Fact]
    public async Task Wrong_calls_are_refused_each_with_its_own_problem_and_change_nothing()
    {
        string role = api.NewName("bot"), path = $"/workers/{role}-1", long256 = new('x', 256);
        await BeatAsync(role, "-1", "v1", "quiet");
        string before = await api.StateAsync();
        (string Word, int Status, string Method, string Path, string? Json)[] calls =
        [
            ("worker-state", 409, "PUT", path, Json(role, "v1", "ready")),
            ("worker-state", 409, "PUT", path, Json(role, "v1", "starting")),
            ("id-reused", 409, "PUT", path, Json(role, "v2", "stopped")),
            ("id-reused", 409, "PUT", path, Json("other", "v1", "stopped")),
            ("invalid", 422, "PUT", path, Json(role, "v1", "asleep")),
            ("invalid", 422, "PUT", $"/workers/{long256}", Json(role, "v1", "ready")),
            ("malformed", 400, "PUT", "/workers/%FF", Json(role, "v1", "ready")),
            ("invalid", 400, "GET", "/workers/ready", null),
            ("invalid", 400, "GET", $"/workers/ready?role={role}&min=0", null),
            ("invalid", 400, "GET", $"/workers?role=a%00", null),
            ("invalid", 422, "POST", "/workers/quiet", """{"role":" "}"""),
        ];
        foreach ((string word, int status, string method, string call, string? json) in calls)
        {
            Deploys.Reply reply = await api.CallAsync(method, call, json);
            Assert.Equal((word, status), (reply.Slug, (int)reply.Status));
        }

        Assert.Equal("quiet", (await api.CallAsync("PUT", path, Json(role, "v1", "ready"))).Problem.State);
        Assert.Equal(before, await api.StateAsync());
    }

    [Fact]
    public async Task A_heartbeat_is_written_though_its_worker_waits_no_longer()
    {
        string role = api.NewName("bot");
        await BeatAsync(role, "-1", "v1", "ready");
        await using var connection = new NpgsqlConnection(api.Server.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlTransaction locked = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand($"select from flags.workers where id = '{role}-1' for update", connection, locked))
            await command.ExecuteNonQueryAsync();
        using var gives = new CancellationTokenSource();
        using var last = new StringContent(Json(role, "v1", "stopped"), Encoding.UTF8, "application/json");
        Task<HttpResponseMessage> beat = api.Http.PutAsync(new Uri($"/api/v1/workers/{role}-1", UriKind.Relative), last, gives.Token);
        await Eventually.TrueAsync(() => api.Server.SqlAsync<bool>($"select exists (select from pg_stat_activity where {connection.ProcessID} = any (pg_blocking_pids(pid)))"), "the heartbeat waits for the row");
        await gives.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => beat);
        // The server has heard that nobody listens: later calls of the same client are answered.
        await api.CallAsync("GET", "/features?limit=1");
        await locked.RollbackAsync();
        await Eventually.TrueAsync(async () => Assert.Single(Workers(await api.CallAsync("GET", $"/workers?role={role}"))).State == "stopped", "its last word counts");
    }

    private static string Json(string role, string version, string state) => $$"""{"role":"{{role}}","version":"{{version}}","state":"{{state}}"}""";

    /// <returns>What the worker is told.</returns>
    private async Task<string> BeatAsync(string role, string id, string version, string state)
    {
        Deploys.Reply reply = await api.CallAsync("PUT", $"/workers/{role}{id}", Json(role, version, state));
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body);
        HeartbeatAnswer answer = JsonSerializer.Deserialize(reply.Body, FlagsJson.Default.HeartbeatAnswer)!;
        Assert.Equal(5, answer.HeartbeatInSeconds);
        return answer.Instruction;
    }

    private static IReadOnlyList<WorkerInfo> Workers(Deploys.Reply reply) => JsonSerializer.Deserialize(reply.Body, FlagsJson.Default.WorkerList)!.Workers;
}
