using System.Globalization;
using Flags.Client;
using Flags.Core;

namespace Flags.EndToEnd.Tests;

/// <summary>docs/recipes/deploy.sh and job.sh: many jobs and rude deploys, all of them processes.</summary>
public sealed class ShellRecipeTests(RunningSystem system)
{
    private const string Burst = "jobs_burst";

    /// <summary>Seconds: one that ends in no pause of the machine, and one whose end is waited for.</summary>
    private const int Ttl = 60, Dying = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_hundred_jobs_two_deploys_one_killed_and_no_job_runs_in_a_deploy()
    {
        await system.OpenAsync(Burst);
        string key = await system.MintAsync("hold", "lease"), log = Path.Combine(system.Folder, "burst.log"), go = Path.Combine(system.Folder, "burst-go");
        // The first eight are inside until the deploy holds.
        system.Script("burst-job.sh", $"echo job $1 begin $(date +%s%N) >> {log}; sleep $2; until [ $1 -ge 8 ] || [ -e {go} ]; do sleep 0.1; done; echo job $1 end $(date +%s%N) >> {log}");
        system.Script("burst-deploy.sh", $"echo deploy $1 begin $(date +%s%N) >> {log}; sleep $2; echo deploy $1 end $(date +%s%N) >> {log}");
        var jobs = new List<RunningProcess>();
        Start(jobs, key, 8, 0);
        await Lines.CountAsync(log, "begin", 8);

        long began = Now;
        await using RunningProcess first = Run("deploy.sh", key, "./burst-deploy.sh A 1.5");
        using HttpClient admin = system.Admin();
        var api = new FlagsApi(admin);
        await Flags.Testing.Eventually.TrueAsync(async () => (await api.ListHoldsAsync(new HoldQuery { Feature = Burst, Active = true })).Holds.Count == 1, "the first deploy holds");
        Start(jobs, key, 92, 1.5);
        await File.WriteAllTextAsync(go, "");
        Assert.True(await first.ExitAsync(Patience) == 0, first.Output);
        await EndAsync(jobs);
        await using RunningProcess second = Run("deploy.sh", key, "./burst-deploy.sh B 60", ttl: Dying);
        await Lines.CountAsync(log, "deploy", 3);
        var late = new List<RunningProcess>();
        Start(late, key, 4, 0.5, jobs.Count);
        await Flags.Testing.Eventually.TrueAsync(async () => (await api.ListLeasesAsync(Burst)).Waiting.Count == 4, "four wait");
        long killed = Now;
        await second.DisposeAsync();
        await EndAsync(late);

        IReadOnlyList<Span> spans = Lines.Spans(log, killed);
        Span[] ran = [.. spans.Where(span => span.What == "job")], deploys = [.. spans.Where(span => span.What == "deploy")];
        Assert.Equal((104, 2), (ran.Length, deploys.Length));
        Assert.DoesNotContain(ran, job => deploys.Any(deploy => job.Begin < deploy.End && deploy.Begin < job.End));
        Assert.True(ran.Count(job => job.Begin < began && began < job.End) == 8, "the first deploy had something to wait for");
        Assert.True(ran.Count(job => job.Begin > deploys[0].End) == 96, "the burst came while it waited or deployed");
        // The killed one blocked for its TTL from its last renewal, to the end, and no longer.
        HoldInfo dead = Assert.Single((await api.ListHoldsAsync(new HoldQuery { Feature = Burst })).Holds, hold => hold.State != "released");
        Assert.Equal(Dying, (dead.ExpiresAt - (dead.ExtendedAt ?? dead.Since)).TotalSeconds, 0.002);
        Assert.True(ran.Count(job => job.Begin > killed && job.Begin >= dead.ExpiresAt.ToUnixTimeMilliseconds() * 1_000_000) == 4, "four waited until the hold had run out");
    }

    [Fact]
    public async Task A_deploy_whose_jobs_do_not_end_in_time_is_not_run_and_lets_go()
    {
        await system.OpenAsync("jobs_slow");
        string key = await system.MintAsync("hold", "lease");
        await using RunningProcess job = Run("job.sh", key, "sleep 30", "jobs_slow");
        using HttpClient admin = system.Admin();
        await Flags.Testing.Eventually.TrueAsync(async () => (await admin.GetStringAsync("/api/v1/features/jobs_slow/leases")).Contains("sleep on", StringComparison.Ordinal), "the job is inside");

        await using RunningProcess deploy = Run("deploy.sh", key, "echo deployed", "jobs_slow", patience: 1);

        Assert.Equal(75, await deploy.ExitAsync(Patience));
        Assert.Contains("Jobs are still running", deploy.Output, StringComparison.Ordinal);
        Assert.Contains("sleep on", deploy.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("deployed\n", deploy.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"state\":\"active\"", await admin.GetStringAsync("/api/v1/holds?feature=jobs_slow&active=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_is_told_to_stop_is_stopped_and_says_so()
    {
        await system.OpenAsync("jobs_revoked");
        string key = await system.MintAsync("hold", "lease");
        await using RunningProcess job = Run("job.sh", key, "sleep 60", "jobs_revoked", ttl: Dying);
        using HttpClient admin = system.Admin();
        await Flags.Testing.Eventually.TrueAsync(async () => (await admin.GetStringAsync("/api/v1/features/jobs_revoked/leases")).Contains("sleep on", StringComparison.Ordinal), "the job is inside");
        var hold = Guid.NewGuid();
        using (HttpResponseMessage placed = await admin.PutAsync($"/api/v1/holds/{hold}", Json("{\"features\": [\"jobs_revoked\"], \"reason\": \"now\"}")))
            placed.EnsureSuccessStatusCode();
        using (HttpResponseMessage told = await admin.PostAsync($"/api/v1/holds/{hold}/revoke-leases", Json("{}")))
            told.EnsureSuccessStatusCode();

        Assert.Equal(121, await job.ExitAsync(Patience));
        using HttpResponseMessage drained = await admin.GetAsync($"/api/v1/holds/{hold}/drained?wait=10s");
        drained.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_refusal_for_good_is_not_waited_for()
    {
        await system.OpenAsync("jobs_wrong");
        string key = await system.MintAsync("read");
        await using RunningProcess job = Run("job.sh", key, "echo ran", "jobs_wrong"), deploy = Run("deploy.sh", key, "echo ran", "jobs_wrong");

        Assert.Equal((78, 75), (await job.ExitAsync(Patience), await deploy.ExitAsync(Patience)));
        Assert.DoesNotContain("ran\n", job.Output + deploy.Output, StringComparison.Ordinal);
        Assert.Contains("lease", job.Output, StringComparison.Ordinal);
    }

    /// <summary>Not cut to milliseconds: compared with <c>date +%s%N</c>.</summary>
    private static long Now => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static StringContent Json(string text) => new(text, null, "application/json");

    private void Start(List<RunningProcess> jobs, string key, int count, double seconds, int others = 0)
    {
        for (int i = 0; i < count; i++)
            jobs.Add(Run("job.sh", key, string.Create(CultureInfo.InvariantCulture, $"./burst-job.sh {others + jobs.Count} {seconds}")));
    }

    private static async Task EndAsync(IEnumerable<RunningProcess> jobs)
    {
        foreach (RunningProcess job in jobs)
        {
            Assert.True(await job.ExitAsync(Patience) == 0, job.Output);
            await job.DisposeAsync();
        }
    }

    private RunningProcess Run(string recipe, string key, string command, string feature = Burst, int patience = 600, int ttl = Ttl)
    {
        Dictionary<string, string> environment = system.Environment(key);
        (environment["FEATURE"], environment["TTL"], environment["PATIENCE"], environment["REASON"]) =
            (feature, ttl.ToString(CultureInfo.InvariantCulture), patience.ToString(CultureInfo.InvariantCulture), "recipe");
        return RunningProcess.Bash($"exec {Path.Combine(Readme.Root, "docs", "recipes", recipe)} {command}", system.Folder, environment);
    }
}
