using System.Globalization;
using Flags.Core;
using Flags.Testing;

namespace Flags.Cli.Tests;

/// <summary>Leases that end before their jobs.</summary>
public sealed class LossTests(FlagsServer server)
{
    [Fact]
    public async Task A_job_that_was_paused_too_long_is_killed_when_it_wakes()
    {
        string feature = await server.FeatureAsync(), file = server.NewPath("pids");
        await using RunningFlags job = server.Run("run", feature, "--ttl", "12s", "--", "sh", "-c", $"{Pids.Write(file)}; while :; do sleep 0.1; done");
        int id = (await Pids.ReadAsync(file))[0];
        RunningFlags.SendSignal(-Pids.Group(id), RunningFlags.Stop);
        job.Signal(RunningFlags.Stop);
        PlacedHold hold = await server.HoldAsync(feature);
        await FlagsServer.UntilAsync(async () => (await server.Api.GetHoldAsync(hold.Id)) is { State: "drained", Expired: 1 }, "the deploy waits no longer");

        job.Signal(RunningFlags.Cont);
        await job.EndsAsync(121);
        Assert.False(Pids.IsAlive(id));
        Assert.Contains("lease was lost", job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_is_told_to_stop_may_tidy_up()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags job = server.Run("run", feature, "--ttl", "18s", "--", "bash", "-c", "trap 'sleep 0.2; echo tidy; exit 0' TERM; echo ready; while :; do sleep 0.1 & wait $!; done");
        await job.SaysAsync("ready");
        PlacedHold hold = await server.HoldAsync(feature);
        await server.Api.RevokeLeasesAsync(hold.Id, new HoldReason("now"));
        await job.EndsAsync(121);
        Assert.EndsWith("tidy\n", job.Output, StringComparison.Ordinal);
        Assert.Contains("a deploy has told the job to stop", job.Error, StringComparison.Ordinal);
        await FlagsServer.UntilAsync(async () => (await server.Api.GetHoldAsync(hold.Id)).State == "drained", "it has left");
    }

    [Theory]
    [InlineData("-")]
    [InlineData("''")]
    public async Task A_job_whose_lease_cannot_be_renewed_is_stopped_before_the_server_may_forget_it(string atTerm)
    {
        string feature = await server.FeatureAsync(), ticks = server.NewPath("ticks");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using RunningFlags job = server.Run(new Dictionary<string, string?> { ["FLAGS_URL"] = proxy.Url }, "run", feature, "--ttl", "16s", "--", "sh", "-c", $"trap {atTerm} TERM; echo ready; while :; do sleep 0.02; date +%s%N >> $0; done", ticks);
        await job.SaysAsync("ready");
        proxy.Refusing = true;
        proxy.ResetAll();
        // That the feature is drained is the server's word that it may forget the lease.
        Guid hold = (await server.HoldAsync(feature)).Id;
        await FlagsServer.UntilAsync(async () => (await server.Api.GetHoldAsync(hold)) is { State: "drained", Expired: 1 }, "the lease is over");
        await job.EndsAsync(121);
        string last = (await File.ReadAllLinesAsync(ticks)).Last(line => line.Length == "1795264271000000000".Length);
        Assert.True(DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(last, CultureInfo.InvariantCulture) / 1_000_000) < (await server.Api.GetHoldAsync(hold)).DrainedAt, "it worked when the server could have forgotten it");
    }

    [Fact]
    public async Task Whoever_asks_for_it_is_only_warned()
    {
        string feature = await server.FeatureAsync(), go = server.NewPath("go");
        await using RunningFlags job = server.Run("run", feature, "--ttl", "6s", "--on-lost", "warn", "--", "sh", "-c", $"while [ ! -e {go} ]; do sleep 0.1; done; exit 5");
        await server.IsInsideAsync(feature);
        PlacedHold hold = await server.HoldAsync(feature);
        await server.Api.RevokeLeasesAsync(hold.Id, new HoldReason("now"));
        await job.SaysAsync("goes on, without protection");
        await File.WriteAllTextAsync(go, "");
        await job.EndsAsync(5);
    }

    [Fact]
    public async Task A_server_that_is_restarted_disturbs_neither_who_runs_nor_who_waits()
    {
        string database = await TestServer.CreateDatabaseAsync();
        TestServer first = await TestServer.StartAsync(database);
        var port = new Dictionary<string, string?> { ["urls"] = first.Address.ToString() };
        var there = new Dictionary<string, string?> { ["FLAGS_URL"] = first.Address.ToString() };
        string go = server.NewPath("go");
        await using RunningFlags running = server.Run(there, "run", "jobs_processing", "--ttl", "40s", "--", "sh", "-c", $"echo in; while [ ! -e {go} ]; do sleep 0.1; done");
        await running.SaysAsync("in");
        await using RunningFlags deploy = server.Run(there, "deploy", "--hold", "jobs_processing", "--", "echo", "deployed");
        await deploy.SaysAsync("Draining");
        await using RunningFlags waiting = server.Run(there, "run", "jobs_processing", "--", "echo", "ran");
        await waiting.SaysAsync("held by");

        await first.DisposeAsync();
        await using TestServer second = await TestServer.StartAsync(database, port);
        Assert.False(running.HasExited || waiting.HasExited || deploy.HasExited);
        await File.WriteAllTextAsync(go, "");
        await running.EndsAsync(0);
        Assert.Equal("deployed\n", (await deploy.EndsAsync(0)).Output);
        Assert.Equal("ran\n", (await waiting.EndsAsync(0)).Output);
    }
}
