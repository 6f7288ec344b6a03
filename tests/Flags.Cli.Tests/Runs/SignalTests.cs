using Flags.Core;
using Flags.Testing;

namespace Flags.Cli.Tests;

/// <summary>Signals to <c>flags run</c>, in each phase.</summary>
public sealed class SignalTests(FlagsServer server)
{
    [Theory]
    [InlineData(RunningFlags.Int, 130)]
    [InlineData(RunningFlags.Term, 143)]
    [InlineData(RunningFlags.Hup, 129)]
    public async Task While_it_waits_it_withdraws(int signal, int code)
    {
        string feature = await server.FeatureAsync();
        await server.HoldAsync(feature);
        await using RunningFlags job = server.Run("run", feature, "--", "echo", "ran");
        await server.WaitsAsync(feature);
        job.Signal(signal);
        await job.EndsAsync(code);
        Assert.Equal("", job.Output);
        Assert.Contains("nothing was started", job.Error, StringComparison.Ordinal);
        Assert.Empty(await server.InsideAsync(feature));
    }

    [Fact]
    public async Task A_second_signal_does_not_wait_for_a_server_that_does_not_answer()
    {
        string feature = await server.FeatureAsync();
        await server.HoldAsync(feature);
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using RunningFlags job = server.Run(new Dictionary<string, string?> { ["FLAGS_URL"] = proxy.Url, ["FLAGS_TIMEOUT"] = "60s" }, "run", feature, "--", "echo", "ran");
        await server.WaitsAsync(feature);
        proxy.Fault = Fault.BlackHole;
        job.Signal(RunningFlags.Int);
        await job.SaysAsync("nothing was started");
        job.Signal(RunningFlags.Term);
        // Having tried to withdraw for 5 s it would end as the first signal says.
        Assert.Equal(143, await job.ExitAsync());
    }

    [Fact]
    public async Task While_the_job_runs_it_gets_them_all_and_the_command_always_leaves()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags job = server.Run("run", feature, "--", "bash", "-c",
            "for s in HUP INT QUIT USR1 USR2 WINCH; do trap \"echo got $s\" $s; done; trap 'echo got TERM; exit 3' TERM; echo ready; while :; do sleep 0.1 & wait $!; done");
        await job.SaysAsync("ready");
        // The second INT is the job's as well: it may ask whether to stop really.
        foreach ((int signal, string name) in new[] { (RunningFlags.Hup, "HUP"), (RunningFlags.Int, "INT"), (RunningFlags.Quit, "QUIT"), (RunningFlags.Usr1, "USR1"), (RunningFlags.Usr2, "USR2"), (28, "WINCH"), (RunningFlags.Int, "INT\ngot") })
        {
            job.Signal(signal);
            if (name != "INT\ngot")
                await job.SaysAsync($"got {name}");
        }

        await Eventually.TrueAsync(() => job.Output.Split("got INT").Length == 3, "the second INT arrived");
        Assert.Single(await server.InsideAsync(feature));
        job.Signal(RunningFlags.Term);
        await job.EndsAsync(3);
        Assert.Empty(await server.InsideAsync(feature));
    }

    [Fact]
    public async Task Usr1_reaches_the_job_alone_and_kills_none_of_its_children()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags job = server.Run("run", feature, "--", "bash", "-c", "trap 'got=1' USR1; sleep 60 & child=$!; echo ready; until [ -n \"$got\" ]; do sleep 0.1 & wait $!; done; kill -0 $child && echo alive; kill $child");
        await job.SaysAsync("ready");
        job.Signal(RunningFlags.Usr1);
        await job.SaysAsync("alive");
        await job.ExitAsync();
    }

    [Fact]
    public async Task A_job_that_a_passed_on_signal_ends_ends_the_command_the_same_way()
    {
        string feature = await server.FeatureAsync(), file = server.NewPath("pids");
        await using RunningFlags job = server.Run("run", feature, "--", "sh", "-c", $"{Pids.Write(file)}; sh -c '{Pids.Write(file)}; sleep 60'; true");
        IReadOnlyList<int> all = await Pids.ReadAsync(file, 2);
        Assert.Equal(Pids.Group(all[0]), Pids.Group(all[1]));
        Assert.NotEqual(Pids.Group(job.Id), Pids.Group(all[0]));
        job.Signal(RunningFlags.Int);
        await job.EndsAsync(130);
        foreach (int id in all)
            await Pids.GoneAsync(id);
        Assert.Empty(await server.InsideAsync(feature));
    }

    [Fact]
    public async Task When_the_command_is_killed_while_it_waits_nothing_is_left()
    {
        string feature = await server.FeatureAsync();
        PlacedHold hold = await server.HoldAsync(feature);
        await using RunningFlags job = server.Run("run", feature, "--", "echo", "ran");
        await server.WaitsAsync(feature);
        job.Signal(RunningFlags.Kill);
        Assert.Equal(137, await job.ExitAsync());
        await server.Api.ReleaseHoldAsync(hold.Id);
        Assert.Empty(await server.InsideAsync(feature));
    }

    [Fact]
    public async Task When_the_command_is_killed_the_job_and_its_children_end_before_the_lease_does()
    {
        string feature = await server.FeatureAsync(), file = server.NewPath("pids");
        string deaf = $"trap '' TERM; {Pids.Write(file)}; sh -c \"{Pids.Write(file).Replace("$", "\\$", StringComparison.Ordinal)}; sleep 60; true\"; sleep 60; true";
        await using RunningFlags job = server.Run("run", feature, "--ttl", "15s", "--kill-after", "1s", "--", "sh", "-c", $"({deaf}); true");
        IReadOnlyList<int> all = await Pids.ReadAsync(file, 2);
        job.Signal(RunningFlags.Kill);
        Assert.Equal(137, await job.ExitAsync());
        foreach (int id in all)
            await Pids.GoneAsync(id);
        Assert.Single(await server.InsideAsync(feature));
        // And what it had made for itself is tidied up.
        PlacedHold hold = await server.HoldAsync(feature);
        await FlagsServer.UntilAsync(async () => (await server.Api.GetHoldAsync(hold.Id)).State == "drained", "the lease ran out");
    }

    [Fact]
    public async Task Background_jobs_of_scripts_and_nohup_stay_deaf()
    {
        string feature = await server.FeatureAsync(), go = server.NewPath("go");
        await using RunningFlags job = server.Through("sh", "-c", $"trap '' INT HUP; exec flags run {feature} -- sh -c 'echo ready; while [ ! -e {go} ]; do sleep 0.1; done; echo done'");
        await job.SaysAsync("ready");
        job.Signal(RunningFlags.Int);
        job.Signal(RunningFlags.Hup);
        await File.WriteAllTextAsync(go, "");
        Assert.Equal("ready\ndone\n", (await job.EndsAsync(0)).Output);
    }
}
