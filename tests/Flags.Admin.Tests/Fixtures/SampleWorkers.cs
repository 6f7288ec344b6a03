using System.Text.Json;
using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin.Tests;

/// <summary>Workers in the middle of a hand-over, and claims in every state.</summary>
internal static class SampleWorkers
{
    /// <summary>Four of the new version take jobs, the old ones finish; another role has nobody who does.</summary>
    public static async Task ReportAsync(TestServer server)
    {
        foreach ((string id, string role, string version, string state, int? jobs) in new (string, string, string, string, int?)[]
        {
            ("app-1.example/4711-c0ffee", "mailer", "v19-1", "quiet", 1), ("app-2.example/4712-c0ffef", "mailer", "v19-1", "ready", 2), ("app-3.example/4713-7e57ab", "mailer", "v19-1", "ready", 0),
            ("app-1.example/5011-bada55", "mailer", "v20-3", "ready", 2), ("app-2.example/5012-facade", "mailer", "v20-3", "ready", 1), ("app-3.example/5013-decade", "mailer", "v20-3", "starting", null),
            ("cron-1.example/88-1ce1ce", "importer", "2026.11.20", "starting", 0), ("bot-a", "bot", "v7", "ready", null), ("old-1", "mailer", "v18-9", "ready", null),
        })
            await server.BeatAsync(id, role, version, state, jobs, host: id.Contains('/') ? id[..id.IndexOf('/')] : null);
        await server.BeatAsync("old-1", "mailer", "v18-9", "stopped");
        await server.Workers.InstructAsync(ServerSteps.Key, new InstructWorkers { Role = "mailer", Id = "app-2.example/4712-c0ffef" }, WorkerInstruction.Quiet, "release 20", CancellationToken.None);
        await server.SqlAsync<int>("""
            with w as (update flags.workers set seen_at = seen_at - case when id like 'app-3%4713%' then interval '3 min' else interval '2 s' end, changed_at = changed_at - interval '12 s' where state <> 'stopped' returning 1) select count(*)::int from w
            """);
    }

    /// <summary>As if all had reported just now.</summary>
    public static Task<int> WakeAsync(TestServer server) => server.SqlAsync<int>("with w as (update flags.workers set seen_at = clock_timestamp() where state <> 'stopped' returning 1) select count(*)::int from w");

    /// <summary>Words of every length.</summary>
    public static Task ReportLongAsync(TestServer server) => server.BeatAsync(new string('w', 200), new string('r', 120), new string('v', 120), "ready", 10_000, new string('h', 200));

    /// <summary>Claims that are under way, expired, done with a long result, and given back.</summary>
    public static async Task ClaimAsync(TestServer server)
    {
        await server.TakeAsync("message:1718", TimeSpan.FromMinutes(30));
        await server.SqlAsync<int>("with c as (update flags.claims set attempt = 2, claimed_at = claimed_at - interval '9 s' where key = 'message:1718' returning 1) select 1");
        await server.TakeAsync("message:once", TimeSpan.FromMinutes(30), once: true);
        await server.SqlAsync<int>("with c as (update flags.claims set expires_at = claimed_at where key = 'message:once' returning 1) select 1");
        long token = await server.TakeAsync("message:done");
        string result = JsonSerializer.Serialize(Enumerable.Range(0, 900).Select(n => new Dictionary<string, string> { ["answer"] = $"sentence {n} of what the bot said" }));
        await server.Claims.CompleteAsync(Bot, "message:done", token, result, CancellationToken.None);
        await server.Claims.AbandonAsync(Bot, "message:back", await server.TakeAsync("message:back"), CancellationToken.None);
        await server.TakeAsync(new string('k', 250), TimeSpan.FromMinutes(30));
    }

    public static readonly Caller Bot = new("bot-b", "bot-b", CallerKind.Key, Permissions.Claim);

    public static async Task<string> BeatAsync(this TestServer server, string id, string role, string version, string state, int? jobs = null, string? host = null)
    {
        var beat = new Heartbeat { Role = role, Version = version, State = state, Leases = jobs, Host = host };
        (string outcome, string instruction, _) = await server.Workers.HeartbeatAsync(Bot, id, beat, CancellationToken.None);
        Assert.Equal("seen", outcome);
        return instruction;
    }

    /// <summary>The token of a claim that was won.</summary>
    public static async Task<long> TakeAsync(this TestServer server, string key, TimeSpan? ttl = null, bool once = false, string owner = "0198d6a0-bot-b")
    {
        var attempt = new ClaimAttempt { Key = key, Owner = owner, Ttl = ttl ?? TimeSpan.FromSeconds(30), Keep = TimeSpan.FromHours(20), Once = once };
        ClaimAnswer answer = await server.Claims.ClaimAsync(Bot, attempt, CancellationToken.None);
        Assert.Equal(ClaimOutcome.Claimed, answer.Outcome);
        return answer.Token;
    }

    extension(TestServer server)
    {
        public WorkerStore Workers => server.Services.GetRequiredService<WorkerStore>();

        public ClaimStore Claims => server.Services.GetRequiredService<ClaimStore>();
    }
}
