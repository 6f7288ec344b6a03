using System.Globalization;

namespace Flags.EndToEnd.Tests;

/// <summary>docs/recipes/deploy.sh and job.sh: many jobs and rude deploys, all of them processes.</summary>
public sealed class ShellRecipeTests(RunningSystem system)
{
    private const double Ttl = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_hundred_jobs_two_deploys_one_killed_and_no_job_runs_in_a_deploy()
    {
        await system.OpenAsync("jobs_burst");
        string key = await system.MintAsync("hold", "lease"), log = Path.Combine(system.Folder, "burst.log");
        system.Script("burst-job.sh", $"echo job $1 begin $(date +%s%N) >> {log}; sleep $2; echo job $1 end $(date +%s%N) >> {log}");
        system.Script("burst-deploy.sh", $"echo deploy $1 begin $(date +%s%N) >> {log}; sleep $2; echo deploy $1 end $(date +%s%N) >> {log}");
        var jobs = new List<RunningProcess>();
        Start(jobs, key, 8, 3);
        await Lines.CountAsync(log, "begin", 8);

        long began = Now;
        await using RunningProcess first = Run("deploy.sh", key, "./burst-deploy.sh A 1.5");
        using HttpClient admin = system.Admin();
        await Flags.Testing.Eventually.TrueAsync(async () => (await admin.GetStringAsync("/api/v1/holds?feature=jobs_burst&active=true")).Contains("\"id\"", StringComparison.Ordinal), "the first deploy holds");
        Start(jobs, key, 92, 1.5);
        Assert.True(await first.ExitAsync(Patience) == 0, first.Output);
        await Lines.CountAsync(log, "begin", 8 + 1 + 92);
        await using RunningProcess second = Run("deploy.sh", key, "./burst-deploy.sh B 60");
        await Lines.CountAsync(log, "deploy", 3);
        Start(jobs, key, 4, 0.5);
        await Task.Delay(TimeSpan.FromSeconds(1));
        long killed = Now;
        await second.DisposeAsync();

        foreach (RunningProcess job in jobs)
        {
            Assert.True(await job.ExitAsync(Patience) == 0, job.Output);
            await job.DisposeAsync();
        }

        IReadOnlyList<Span> spans = Lines.Spans(log, killed);
        Span[] ran = [.. spans.Where(span => span.What == "job")], deploys = [.. spans.Where(span => span.What == "deploy")];
        Assert.Equal((104, 2), (ran.Length, deploys.Length));
        Assert.DoesNotContain(ran, job => deploys.Any(deploy => job.Begin < deploy.End && deploy.Begin < job.End));
        Assert.True(ran.Count(job => job.Begin < began && began < job.End) == 8, "the first deploy had something to wait for");
        Assert.True(ran.Count(job => job.Begin > deploys[0].End) == 96, "the burst came while it waited or deployed");
        double after = (ran.Where(job => job.Begin > killed).Min(job => job.Begin) - killed) / 1e9;
        // As long as it lived it renewed at a third of its TTL.
        Assert.InRange(after, (Ttl * 2 / 3) - 1, Ttl + 3);
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
        await using RunningProcess job = Run("job.sh", key, "sleep 60", "jobs_revoked");
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

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;

    private static StringContent Json(string text) => new(text, null, "application/json");

    private void Start(List<RunningProcess> jobs, string key, int count, double seconds)
    {
        for (int i = 0; i < count; i++)
            jobs.Add(Run("job.sh", key, string.Create(CultureInfo.InvariantCulture, $"./burst-job.sh {jobs.Count} {seconds}")));
    }

    private RunningProcess Run(string recipe, string key, string command, string feature = "jobs_burst", int patience = 600)
    {
        Dictionary<string, string> environment = system.Environment(key);
        (environment["FEATURE"], environment["TTL"], environment["PATIENCE"], environment["REASON"]) =
            (feature, Ttl.ToString(CultureInfo.InvariantCulture), patience.ToString(CultureInfo.InvariantCulture), "recipe");
        return RunningProcess.Bash($"exec {Path.Combine(Readme.Root, "docs", "recipes", recipe)} {command}", system.Folder, environment);
    }
}
