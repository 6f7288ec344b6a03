using Flags.Testing;

namespace Flags.Cli.Tests;

/// <summary><c>flags claim</c>: exit codes, results, crashes.</summary>
public sealed class ClaimTests(FlagsServer server)
{
    private static string Key([System.Runtime.CompilerServices.CallerMemberName] string test = "") => $"{test}/{Guid.NewGuid():N}";

    [Fact]
    public async Task A_command_is_run_once_and_whoever_comes_later_gets_its_result()
    {
        string key = Key(), result = server.NewPath("answer");
        await using RunningFlags first = server.Run("claim", key, "--result-from", result, "--", "sh", "-c", $"echo \"$FLAGS_CLAIM_KEY $FLAGS_ATTEMPT ${{FLAGS_TOKEN:+token}}\"; echo 42 > {result}");
        Assert.Equal($"{key} 1 token\n", (await first.EndsAsync(0)).Output);
        await using RunningFlags second = server.Run("claim", key, "--", "echo", "again");
        Assert.Equal("42\n", (await second.EndsAsync(0)).Output);
        Assert.Contains("is done already", second.Error, StringComparison.Ordinal);
        await using RunningFlags third = server.Run("claim", key, "--json", "--", "echo", "again");
        Assert.Equal("\"42\\n\"\n", (await third.EndsAsync(0)).Output);
        Assert.Contains("\"event\":\"done\"", third.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_comes_too_late_starts_nothing_and_may_wait_for_the_result()
    {
        string key = Key(), go = server.NewPath("go");
        await using RunningFlags first = server.Run("claim", key, "--", "sh", "-c", $"echo in; while [ ! -e {go} ]; do sleep 0.05; done");
        await first.SaysAsync("in");
        await using RunningFlags second = server.Run("claim", key, "--", "echo", "twice");
        Assert.Contains("claimed by another attempt for", (await second.EndsAsync(75)).Error, StringComparison.Ordinal);
        Assert.Equal("", second.Output);
        await using RunningFlags patient = server.Run("claim", key, "--wait", "1m", "--", "echo", "twice");
        await patient.SaysAsync("Waiting up to 1m");
        await File.WriteAllTextAsync(go, "");
        await first.EndsAsync(0);
        Assert.Equal("", (await patient.EndsAsync(0)).Output);
    }

    [Fact]
    public async Task A_command_that_fails_is_free_for_the_next_one_unless_it_must_not_happen_twice()
    {
        string key = Key(), once = Key();
        await using RunningFlags fails = server.Run("claim", key, "--", "sh", "-c", "exit 3"), failsOnce = server.Run("claim", once, "--once", "--", "sh", "-c", "exit 3"), nothing = server.Run("claim", Key(), "--once", "--", "./no-such-program");
        await fails.EndsAsync(3);
        await failsOnce.EndsAsync(3);
        await nothing.EndsAsync(127);
        Assert.Equal("abandoned", (await server.Api.GetClaimAsync(key)).State);
        await using RunningFlags again = server.Run("claim", key, "--", "sh", "-c", "echo attempt $FLAGS_ATTEMPT"), never = server.Run("claim", once, "--once", "--", "echo", "twice");
        Assert.Equal("attempt 2\n", (await again.EndsAsync(0)).Output);
        await never.EndsAsync(75);
    }

    [Fact]
    public async Task Of_many_machines_one_runs_it()
    {
        string key = Key(), log = server.NewPath("log");
        RunningFlags[] all = [.. Enumerable.Range(0, 6).Select(_ => server.Run("claim", key, "--wait", "1m", "--", "sh", "-c", $"echo ran >> {log}"))];
        foreach (RunningFlags one in all)
        {
            await one.EndsAsync(0);
            await one.DisposeAsync();
        }

        Assert.Equal(["ran"], await File.ReadAllLinesAsync(log));
    }

    [Fact]
    public async Task When_flags_is_killed_its_command_ends_and_the_next_one_takes_over()
    {
        string key = Key(), file = server.NewPath("pid");
        await using RunningFlags first = server.Run("claim", key, "--ttl", "15s", "--", "sh", "-c", $"{Pids.Write(file)}; while :; do sleep 0.1; done");
        int id = (await Pids.ReadAsync(file))[0];
        first.Signal(RunningFlags.Kill);
        await using RunningFlags second = server.Run("claim", key, "--wait", "1m", "--", "sh", "-c", "echo attempt $FLAGS_ATTEMPT");
        Assert.Equal("attempt 2\n", (await second.EndsAsync(0)).Output);
        await Pids.GoneAsync(id);
    }

    [Fact]
    public async Task A_command_whose_claim_is_lost_is_stopped()
    {
        string key = Key(), file = server.NewPath("pid");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using RunningFlags running = server.Run(new Dictionary<string, string?> { ["FLAGS_URL"] = proxy.Url }, "claim", key, "--ttl", "15s", "--", "sh", "-c", $"{Pids.Write(file)}; while :; do sleep 0.1; done");
        int id = (await Pids.ReadAsync(file))[0];
        proxy.Refusing = true;
        proxy.ResetAll();
        Assert.Contains("its claim was lost", (await running.EndsAsync(121)).Error, StringComparison.Ordinal);
        Assert.False(Pids.IsAlive(id));
    }

    [Fact]
    public async Task A_signal_reaches_the_command_and_the_key_is_given_back()
    {
        string key = Key();
        await using RunningFlags running = server.Run("claim", key, "--", "sh", "-c", "echo in; while :; do sleep 0.1; done");
        await running.SaysAsync("in");
        running.Signal(RunningFlags.Term);
        await running.EndsAsync(128 + RunningFlags.Term);
        Assert.Equal("abandoned", (await server.Api.GetClaimAsync(key)).State);
    }

    [Fact]
    public async Task What_is_wrong_has_its_exit_code()
    {
        await using RunningFlags nothing = server.Run("claim", "x"), longKey = server.Run("claim", new string('x', 256), "--", "true"), longTtl = server.Run("claim", "x", "--ttl", "2h", "--", "true");
        await using RunningFlags key = server.Run(new Dictionary<string, string?> { ["FLAGS_API_KEY"] = await server.KeyAsync("read") }, "claim", "x", "--", "true");
        await using RunningFlags nobody = server.Run(new Dictionary<string, string?> { ["FLAGS_URL"] = "http://127.0.0.1:1" }, "claim", "x", "--", "true");
        await nothing.EndsAsync(64);
        await longKey.EndsAsync(64);
        await longTtl.EndsAsync(64);
        await key.EndsAsync(77);
        await nobody.EndsAsync(69);
    }

    [Fact]
    public async Task A_result_that_does_not_fit_is_no_reason_to_do_it_again()
    {
        string key = Key(), result = server.NewPath("large");
        await File.WriteAllTextAsync(result, new string('x', 70_000));
        await using RunningFlags first = server.Run("claim", key, "--result-from", result, "--", "true"), second = server.Run("claim", Key(), "--result-from", server.NewPath("missing"), "--", "true");
        Assert.Contains("result was not kept", (await first.EndsAsync(0)).Error, StringComparison.Ordinal);
        Assert.Contains("no result to keep", (await second.EndsAsync(0)).Error, StringComparison.Ordinal);
        Assert.Equal("done", (await server.Api.GetClaimAsync(key)).State);
    }
}
