using System.Globalization;

namespace Flags.Cli.Tests;

/// <summary>Many jobs, several deploys.</summary>
public sealed class TogetherTests(FlagsServer server)
{
    [Fact]
    public async Task Twenty_jobs_and_a_deploy_never_overlap()
    {
        string feature = await server.FeatureAsync(), log = server.NewPath("log"), go = server.NewPath("go");
        string Work(string what, double seconds) => string.Create(CultureInfo.InvariantCulture, $"echo {what} begin $(date +%s%N) >> {log}; sleep {seconds}; echo {what} end $(date +%s%N) >> {log}");
        RunningFlags[] first = [.. Enumerable.Range(0, 6).Select(i => server.Run("run", feature, "--", "sh", "-c", $"while [ ! -e {go} ]; do sleep 0.1; done; {Work($"job{i}", 0.5)}"))];
        await server.IsInsideAsync(feature, 6);
        await using RunningFlags deploy = server.Run("deploy", "--hold", feature, "--", "sh", "-c", Work("deploy", 1));
        await deploy.SaysAsync("Draining");
        await File.WriteAllTextAsync(go, "");
        RunningFlags[] later = [.. Enumerable.Range(6, 14).Select(i => server.Run("run", feature, "--", "sh", "-c", Work($"job{i}", 0.2)))];

        await deploy.EndsAsync(0);
        foreach (RunningFlags job in first.Concat(later))
        {
            await job.EndsAsync(0);
            await job.DisposeAsync();
        }

        var times = (await File.ReadAllLinesAsync(log)).Select(line => line.Split(' ')).ToDictionary(word => $"{word[0]} {word[1]}", word => long.Parse(word[2], CultureInfo.InvariantCulture));
        Assert.Equal(42, times.Count);
        (long began, long ended) = (times["deploy begin"], times["deploy end"]);
        Assert.All(Enumerable.Range(0, 20), i => Assert.True(times[$"job{i} end"] < began || times[$"job{i} begin"] > ended, $"job {i} ran beside the deploy"));
        Assert.All(Enumerable.Range(0, 6), i => Assert.True(times[$"job{i} end"] < began));
    }

    [Fact]
    public async Task Two_deploys_hold_together_and_jobs_wait_for_the_last_one()
    {
        string feature = await server.FeatureAsync(), go = server.NewPath("go");
        await using RunningFlags one = server.Run("deploy", "--hold", feature, "--", "echo", "one"), two = server.Run("deploy", "--hold", feature, "--", "sh", "-c", $"echo two; while [ ! -e {go} ]; do sleep 0.1; done");
        await one.EndsAsync(0);
        await two.SaysAsync("two");
        await using RunningFlags job = server.Run("run", feature, "--", "echo", "ran");
        await server.WaitsAsync(feature);
        await File.WriteAllTextAsync(go, "");
        await two.EndsAsync(0);
        await job.EndsAsync(0);
    }

    [Fact]
    public async Task An_exclusive_deploy_waits_for_the_other_or_gives_up()
    {
        string feature = await server.FeatureAsync(), go = server.NewPath("go");
        await using RunningFlags one = server.Run("deploy", "--hold", feature, "--exclusive", "--", "sh", "-c", $"echo one; while [ ! -e {go} ]; do sleep 0.1; done");
        await one.SaysAsync("one");
        await using RunningFlags hasty = server.Run("deploy", "--hold", feature, "--exclusive", "--wait", "200ms", "--", "echo", "hasty");
        Assert.Contains("sh on", (await hasty.EndsAsync(75)).Error, StringComparison.Ordinal);
        await using RunningFlags two = server.Run("deploy", "--hold", feature, "--exclusive", "--", "echo", "two");
        await two.SaysAsync("Waiting up to 15m");
        Assert.False(two.HasExited);
        await File.WriteAllTextAsync(go, "");
        await one.EndsAsync(0);
        Assert.Equal("two\n", (await two.EndsAsync(0)).Output);
    }

    [Fact]
    public async Task One_deploy_holds_several_features()
    {
        string jobs = await server.FeatureAsync(), mail = await server.FeatureAsync();
        await using RunningFlags deploy = server.Run("deploy", "--hold", jobs, mail, "--", "sh", "-c", "echo $FLAGS_FEATURE; read x");
        await deploy.SaysAsync($"{jobs},{mail}\n");
        await using RunningFlags job = server.Run("run", mail, "--no-wait", "--", "true");
        await job.EndsAsync(75);
        await deploy.TypeAsync("go\n");
        await deploy.EndsAsync(0);
    }
}
