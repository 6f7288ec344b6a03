namespace Flags.Cli.Tests;

/// <summary>Every code of the table in docs/cli.md that <c>run</c> can end with without a signal.</summary>
public sealed class ExitCodeTests(FlagsServer server)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(75)]
    [InlineData(255)]
    public async Task A_job_s_own_code_is_the_command_s(int code)
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags job = server.Run("run", feature, "--", "sh", "-c", $"exit {code}");
        await job.EndsAsync(code);
        Assert.Equal("", job.Error);
        Assert.Empty(await server.InsideAsync(feature));
    }

    [Theory]
    [InlineData(15, "Terminated")]
    [InlineData(9, "Killed")]
    public async Task A_job_that_a_signal_ended_ends_the_command_by_the_same_signal(int signal, string said)
    {
        string feature = await server.FeatureAsync();
        // Bash says which signal ended a command, which it would not of an exit code.
        await using RunningFlags bash = server.Through("bash", "-c", $"flags run {feature} -- sh -c 'kill -{signal} $$'\necho code $?");
        await bash.EndsAsync(0);
        Assert.Contains($"code {128 + signal}\n", bash.Output, StringComparison.Ordinal);
        Assert.Contains(said, bash.Error, StringComparison.Ordinal);
        Assert.Empty(await server.InsideAsync(feature));
    }

    [Fact]
    public async Task A_missing_program_is_127_one_that_cannot_run_126_and_a_script_without_first_line_runs()
    {
        string feature = await server.FeatureAsync(), script = server.NewPath("script");
        await File.WriteAllTextAsync(script, "echo ran $1; exit 3\n");
        await using RunningFlags missing = server.Run("run", feature, "--", "no-such-program"), unable = server.Run("run", feature, "--", script);
        Assert.Contains("no-such-program cannot be started: No such file", (await missing.EndsAsync(127)).Error, StringComparison.Ordinal);
        Assert.Contains("chmod +x", (await unable.EndsAsync(126)).Error, StringComparison.Ordinal);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using RunningFlags able = server.Run("run", feature, "--", script, "well");
        Assert.Equal("ran well\n", (await able.EndsAsync(3)).Output);
        Assert.Empty(await server.InsideAsync(feature));
    }

    [Fact]
    public async Task A_job_that_may_not_start_now_is_75_and_says_who_holds_why_and_what_to_type()
    {
        string feature = await server.FeatureAsync();
        await server.HoldAsync(feature);
        await using RunningFlags job = server.Run("run", feature, "--no-wait", "--", "echo", "ran");
        await job.EndsAsync(75);
        Assert.Equal("", job.Output);
        foreach (string part in (string[])["another deploy", "somebody's release", $"flags holds {feature}", "trying again later is safe"])
            Assert.Contains(part, job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_whose_feature_is_off_waits_in_vain_and_is_75()
    {
        string feature = await server.FeatureAsync(enabled: false);
        await using RunningFlags job = server.Run("run", feature, "--wait", "300ms", "--", "echo", "ran");
        await job.EndsAsync(75);
        Assert.Contains($"flags history {feature}", job.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fail", 69, "")]
    [InlineData("wait", 75, "")]
    [InlineData("run", 0, "ran\n")]
    public async Task Without_a_server_a_job_waits_fails_or_runs_as_it_asked(string policy, int code, string output)
    {
        var nobody = new Dictionary<string, string?> { ["FLAGS_URL"] = "http://127.0.0.1:9" };
        await using RunningFlags job = server.Run(nobody, "run", "any", "--wait", "500ms", "--on-unreachable", policy, "--", "sh", "-c", "echo ran${FLAGS_LEASE_ID:+ with a lease}");
        await job.EndsAsync(code);
        Assert.Equal(output, job.Output);
        Assert.Contains(policy == "run" ? "without protection" : "cannot be reached", job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_77_and_one_without_the_permission_too()
    {
        string feature = await server.FeatureAsync(), reader = await server.KeyAsync("read");
        await using RunningFlags wrong = server.Run(new Dictionary<string, string?> { ["FLAGS_API_KEY"] = "flg_wrong" }, "run", feature, "--", "true");
        await using RunningFlags weak = server.Run(new Dictionary<string, string?> { ["FLAGS_API_KEY"] = reader }, "run", feature, "--", "true");
        Assert.Contains("flags login", (await wrong.EndsAsync(77)).Error, StringComparison.Ordinal);
        Assert.Contains("lease", (await weak.EndsAsync(77)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_key_and_an_unknown_feature_are_78_and_a_wrong_command_line_is_64()
    {
        await using RunningFlags keyless = server.Run(new Dictionary<string, string?> { ["FLAGS_API_KEY"] = null }, "run", "any", "--", "true");
        await using RunningFlags unknown = server.Run("run", "no_such_feature", "--", "true"), bare = server.Run("run", "any"), time = server.Run("run", "any", "--ttl", "soon", "--", "true");
        await using RunningFlags ttl = server.Run("run", "any", "--ttl", "1h", "--", "true"), empty = server.Run("run", "any", "--");
        Assert.Contains("flags login", (await keyless.EndsAsync(78)).Error, StringComparison.Ordinal);
        Assert.Contains("flags create no_such_feature", (await unknown.EndsAsync(78)).Error, StringComparison.Ordinal);
        Assert.Contains("flags run any -- ./job.sh", (await bare.EndsAsync(64)).Error, StringComparison.Ordinal);
        Assert.Contains("90s, 30m or 1h30m", (await time.EndsAsync(64)).Error, StringComparison.Ordinal);
        await ttl.EndsAsync(64);
        await empty.EndsAsync(64);
    }

    [Fact]
    public async Task Own_failures_are_125()
    {
        string feature = await server.FeatureAsync();
        // No folder for the closing file.
        await using RunningFlags job = server.Run(new Dictionary<string, string?> { ["TMPDIR"] = "/no/such/folder" }, "run", feature, "--", "echo", "ran");
        await job.EndsAsync(125);
        Assert.Equal("", job.Output);
        Assert.Empty(await server.InsideAsync(feature));
    }

    [Fact]
    public async Task A_job_that_runs_too_long_is_124_or_137_when_it_does_not_listen()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags listens = server.Run("run", feature, "--max-run", "300ms", "--", "sleep", "60");
        // A shell has to become deaf first, however slowly it starts; its output is read to the end, so nothing of it has that open any more.
        await using RunningFlags deaf = server.Run("run", feature, "--max-run", "10s", "--kill-after", "300ms", "--", "sh", "-c", "trap '' TERM; sleep 300; sleep 300");
        Assert.Contains("--max-run", (await listens.EndsAsync(124)).Error, StringComparison.Ordinal);
        await deaf.EndsAsync(137);
        await server.IsInsideAsync(feature, 0);
    }
}
