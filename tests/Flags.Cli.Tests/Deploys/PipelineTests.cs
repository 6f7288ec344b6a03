namespace Flags.Cli.Tests;

/// <summary>Pipelines whose steps are separate processes.</summary>
public sealed class PipelineTests(FlagsServer server)
{
    [Fact]
    public async Task Steps_find_the_hold_in_a_file()
    {
        string feature = await server.FeatureAsync(), state = server.NewPath("hold.env");
        await using RunningFlags hold = server.Run("hold", feature, "--reason", "v42", "--ttl", "1m", "--state", state);
        Assert.Equal("", (await hold.EndsAsync(0)).Output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(state));
        await using RunningFlags drain = server.Run("drain", "--state", state);
        await drain.EndsAsync(0);
        await using RunningFlags extend = server.Run("extend", "--state", state, "--ttl", "5m");
        Assert.Contains("5m", (await extend.EndsAsync(0)).Error, StringComparison.Ordinal);
        await using RunningFlags release = server.Run("release", "--state", state);
        await release.EndsAsync(0);
        Assert.Empty(await server.HoldsAsync(feature));
        await using RunningFlags again = server.Run("release", "--state", state), late = server.Run("drain", "--state", state);
        await again.EndsAsync(0);
        await late.EndsAsync(122);
    }

    [Fact]
    public async Task Steps_find_the_hold_in_the_environment()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags steps = server.Through("bash", "-c", $"set -e; state=$(flags hold {feature} -q); export $state; flags drain -q; flags extend -q; flags holds {feature} --output json; flags release -q");
        await steps.EndsAsync(0);
        Assert.Contains(feature, steps.Output, StringComparison.Ordinal);
        Assert.Equal("", steps.Error);
        Assert.Empty(await server.HoldsAsync(feature));
    }

    [Fact]
    public async Task A_drain_says_who_is_inside_and_gives_up_in_time()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags job = server.Run("run", feature, "--", "sleep", "60");
        await server.IsInsideAsync(feature);
        string id = (await server.HoldAsync(feature)).Id.ToString();
        await using RunningFlags drain = server.Run("drain", id, "--timeout", "500ms"), leases = server.Run("leases", feature), empty = server.Run("leases", feature, "--until-empty", "--timeout", "300ms");
        Assert.Contains("sleep on", (await drain.EndsAsync(75)).Error, StringComparison.Ordinal);
        Assert.Contains("sleep on", (await leases.EndsAsync(0)).Output, StringComparison.Ordinal);
        await empty.EndsAsync(75);
    }

    [Fact]
    public async Task Somebody_elses_hold_is_ended_by_force_and_its_pipeline_learns_of_it()
    {
        string feature = await server.FeatureAsync(), deployer = await server.KeyAsync("hold read");
        string id = (await server.HoldAsync(feature)).Id.ToString();
        var other = new Dictionary<string, string?> { ["FLAGS_API_KEY"] = deployer };
        await using RunningFlags foreign = server.Run(other, "release", id), holds = server.Run(other, "holds", feature), silent = server.Run("force-release", id);
        Assert.Contains("flags force-release", (await foreign.EndsAsync(77)).Error, StringComparison.Ordinal);
        Assert.Contains("another deploy", (await holds.EndsAsync(0)).Output, StringComparison.Ordinal);
        Assert.Contains("--reason", (await silent.EndsAsync(64)).Error, StringComparison.Ordinal);
        await using RunningFlags force = server.Run("force-release", id, "--reason", "the runner is gone");
        await force.EndsAsync(0);
        await using RunningFlags late = server.Run("release", id);
        await late.EndsAsync(122);
    }

    [Fact]
    public async Task A_step_that_knows_no_hold_says_where_to_get_one()
    {
        await using RunningFlags drain = server.Run("drain"), lost = server.Run("release", "--state", "/no/such/file");
        Assert.Contains("FLAGS_HOLD_ID", (await drain.EndsAsync(64)).Error, StringComparison.Ordinal);
        await lost.EndsAsync(64);
    }
}
