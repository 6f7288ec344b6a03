using Flags.Core;

namespace Flags.Cli.Tests;

/// <summary><c>flags deploy</c> and the jobs in its way.</summary>
public sealed class DeployTests(FlagsServer server)
{
    [Fact]
    public async Task It_waits_for_running_jobs_runs_and_lets_jobs_in_again_though_it_fails()
    {
        string feature = await server.FeatureAsync(), go = server.NewPath("go");
        await using RunningFlags job = server.Run("run", feature, "--holder", "the import", "--", "sh", "-c", $"while [ ! -e {go} ]; do sleep 0.1; done");
        await server.IsInsideAsync(feature);
        await using RunningFlags deploy = server.Run("deploy", "--hold", feature, "--reason", "v42", "--url", "https://ci.example.org/42", "--", "sh", "-c", "env | grep ^FLAGS_ | grep -v TIMEOUT | cut -d= -f1 | sort; echo $FLAGS_HOLD_ID; exit 3");
        await deploy.SaysAsync("inside: the import (");
        HoldInfo hold = Assert.Single(await server.HoldsAsync(feature));
        Assert.Equal(("v42", "https://ci.example.org/42", "sh on " + Environment.MachineName), (hold.Reason, hold.Url, hold.Holder));
        Assert.Equal("", deploy.Output);
        await File.WriteAllTextAsync(go, "");
        await deploy.EndsAsync(3);
        await job.EndsAsync(0);
        Assert.Equal($"FLAGS_API_KEY\nFLAGS_EXPIRES_AT\nFLAGS_FEATURE\nFLAGS_HOLD_ID\nFLAGS_TOKEN\nFLAGS_URL\n{hold.Id}\n", deploy.Output);
        string[] said = [.. deploy.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[1])];
        Assert.Equal(["Holding", "Draining", "Drained", "Released"], said);
        Assert.Empty(await server.HoldsAsync(feature));
    }

    [Theory]
    [InlineData("abort", 75, "")]
    [InlineData("proceed", 0, "deployed\n")]
    [InlineData("revoke", 0, "deployed\n")]
    public async Task When_jobs_do_not_leave_in_time_it_aborts_proceeds_or_tells_them_to_stop(string policy, int code, string output)
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags job = server.Run("run", feature, "--ttl", policy == "revoke" ? "30s" : "60s", "--", "sleep", "60");
        await server.IsInsideAsync(feature);
        await using RunningFlags deploy = server.Run("deploy", "--hold", feature, "--drain", "300ms", "--on-drain-timeout", policy, "--", "echo", "deployed");
        await deploy.EndsAsync(code);
        Assert.Equal(output, deploy.Output);
        Assert.Contains("sleep on", deploy.Error, StringComparison.Ordinal);
        Assert.Empty(await server.HoldsAsync(feature));
        if (policy == "revoke")
            await job.EndsAsync(121);
        else
            Assert.False(job.HasExited);
    }

    [Theory]
    [InlineData(RunningFlags.Int, 130)]
    [InlineData(RunningFlags.Term, 143)]
    public async Task Interrupted_while_it_drains_it_lets_go_and_starts_nothing(int signal, int code)
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags job = server.Run("run", feature, "--", "sleep", "60");
        await server.IsInsideAsync(feature);
        await using RunningFlags deploy = server.Run("deploy", "--hold", feature, "--", "echo", "deployed");
        await deploy.SaysAsync("Draining");
        deploy.Signal(signal);
        await deploy.EndsAsync(code);
        Assert.Equal("", deploy.Output);
        Assert.Empty(await server.HoldsAsync(feature));
    }

    [Fact]
    public async Task Interrupted_while_it_deploys_the_deploy_gets_it_and_then_it_lets_go()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags deploy = server.Run("deploy", "--hold", feature, "--", "bash", "-c", "trap 'echo rolled back; exit 6' INT; echo ready; while :; do sleep 0.1 & wait $!; done");
        await deploy.SaysAsync("ready");
        Assert.Single(await server.HoldsAsync(feature));
        deploy.Signal(RunningFlags.Int);
        Assert.Equal("ready\nrolled back\n", (await deploy.EndsAsync(6)).Output);
        Assert.Empty(await server.HoldsAsync(feature));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killed_it_takes_its_deploy_along_and_blocks_nobody_for_longer_than_its_TTL(bool drained)
    {
        string feature = await server.FeatureAsync(), file = server.NewPath("pids");
        await using RunningFlags? job = drained ? null : server.Run("run", feature, "--ttl", "30s", "--", "sleep", "60");
        await server.IsInsideAsync(feature, drained ? 0 : 1);
        await using RunningFlags deploy = server.Run("deploy", "--hold", feature, "--ttl", "12s", "--", "sh", "-c", $"{Pids.Write(file)}; echo begun; sleep 60; true");
        if (drained)
            await deploy.SaysAsync("begun");
        else
            await deploy.SaysAsync("Draining");
        Assert.Single(await server.HoldsAsync(feature));
        deploy.Signal(RunningFlags.Kill);
        Assert.Equal(137, await deploy.ExitAsync());
        if (drained)
            await Pids.GoneAsync((await Pids.ReadAsync(file))[0]);
        await FlagsServer.UntilAsync(async () => (await server.HoldsAsync(feature)).Count == 0, "the hold has run out");
        Assert.Equal(!drained, (await server.InsideAsync(feature)).Count == 1);
    }

    [Theory]
    [InlineData("warn", "ready\nfinished\n")]
    [InlineData("stop", "ready\n")]
    public async Task A_hold_that_is_lost_meanwhile_is_told_loudly_and_is_122(string policy, string output)
    {
        string feature = await server.FeatureAsync(), go = server.NewPath("go");
        await using RunningFlags deploy = server.Run("deploy", "--hold", feature, "--ttl", "15s", "--on-lost", policy, "--", "sh", "-c", $"echo ready; while [ ! -e {go} ]; do sleep 0.1; done; echo finished");
        await deploy.SaysAsync("ready");
        await server.Api.ForceReleaseHoldAsync((await server.HoldsAsync(feature))[0].Id, new HoldReason("test"));
        await deploy.SaysAsync("IS LOST");
        await File.WriteAllTextAsync(policy == "warn" ? go : go + "-not", "");
        Assert.Equal(output, (await deploy.EndsAsync(122)).Output);
    }

    [Fact]
    public async Task A_hold_that_is_lost_while_jobs_leave_starts_nothing()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags job = server.Run("run", feature, "--", "sleep", "60");
        await server.IsInsideAsync(feature);
        await using RunningFlags deploy = server.Run("deploy", "--hold", feature, "--ttl", "15s", "--", "echo", "deployed");
        await deploy.SaysAsync("Draining");
        await server.Api.ForceReleaseHoldAsync((await server.HoldsAsync(feature))[0].Id, new HoldReason("test"));
        Assert.Equal("", (await deploy.EndsAsync(75)).Output);
    }

    [Fact]
    public async Task A_missing_program_a_missing_feature_and_a_missing_server_are_told_and_hold_nothing()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags program = server.Run("deploy", "--hold", feature, "--", "no-such-program"), unknown = server.Run("deploy", "--hold", "no_such_feature", "--", "true");
        await using RunningFlags nobody = server.Run("deploy", "--hold", feature, "--server", "http://127.0.0.1:9", "--wait", "300ms", "--", "true"), bare = server.Run("deploy", "--", "true");
        await program.EndsAsync(127);
        await unknown.EndsAsync(78);
        await nobody.EndsAsync(69);
        Assert.Contains("--hold", (await bare.EndsAsync(64)).Error, StringComparison.Ordinal);
        Assert.Empty(await server.HoldsAsync(feature));
    }

    [Fact]
    public async Task A_job_inside_the_deploy_does_not_wait_for_itself()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags deploy = server.Run("deploy", "--hold", feature, "--", RunningFlags.Program, "run", feature, "--", "echo", "ran");
        await deploy.EndsAsync(75);
        Assert.Contains("wait for each other", deploy.Error, StringComparison.Ordinal);
    }
}
