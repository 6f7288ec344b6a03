using Flags.Core;

namespace Flags.Cli.Tests;

/// <summary>What a job sees, and what others see of it.</summary>
public sealed class JobTests(FlagsServer server)
{
    [Fact]
    public async Task It_has_its_own_input_and_output_and_learns_of_its_lease()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags job = server.Run("run", feature, "--holder", "the nightly import", "--", "sh", "-c", "cat; env | grep ^FLAGS_ | grep -v TIMEOUT | cut -d= -f1 | sort; echo $FLAGS_FEATURE $FLAGS_LEASE_ID $FLAGS_TOKEN; echo error >&2; read -r x; true");
        await job.TypeAsync("input\n");
        LeaseInfo lease = await InsideAsync(feature);
        Assert.Equal("the nightly import", lease.Holder);
        await job.TypeAsync("", close: true);
        await job.EndsAsync(0);
        string[] lines = job.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["input", "FLAGS_API_KEY", "FLAGS_CLOSING_FILE", "FLAGS_EXPIRES_AT", "FLAGS_FEATURE", "FLAGS_LEASE_ID", "FLAGS_TOKEN", "FLAGS_URL"], lines[..^1]);
        Assert.Matches($"^{feature} {lease.Id} [0-9]+$", lines[^1]);
        Assert.Equal("error\n", job.Error);
    }

    [Fact]
    public async Task Its_arguments_arrive_byte_for_byte()
    {
        string feature = await server.FeatureAsync();
        // \351 alone is Latin-1 and no UTF-8.
        await using RunningFlags job = server.Through("bash", "-c", $"LATIN=$'\\351' flags run {feature} -- sh -c 'printf %s \"$1$2$LATIN\" | od -An -tx1' sh $'\\351' '--json -- @x'");
        Assert.Equal("e92d2d6a736f6e202d2d204078e9", (await job.EndsAsync(0)).Output.Replace(" ", "").Trim());
    }

    [Fact]
    public async Task It_waits_until_the_deploy_ends_and_says_so_once()
    {
        string feature = await server.FeatureAsync();
        PlacedHold hold = await server.HoldAsync(feature);
        await using RunningFlags job = server.Run("run", feature, "--", "echo", "ran");
        await server.WaitsAsync(feature);
        Assert.False(job.HasExited);
        await server.Api.ReleaseHoldAsync(hold.Id);
        await job.EndsAsync(0);
        Assert.Equal("ran\n", job.Output);
        Assert.Equal(2, job.Error.Count(c => c == '\n'));
        Assert.Contains($"Waiting up to 30m for {feature}: held by another deploy (somebody's release) since", job.Error, StringComparison.Ordinal);
        Assert.Contains($"Entered {feature} after", job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_appears_when_a_deploy_waits_for_it_and_is_gone_with_the_job()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags job = server.Run("run", feature, "--ttl", "18s", "--", "sh", "-c", "[ -e \"$FLAGS_CLOSING_FILE\" ] && exit 9; echo \"$FLAGS_CLOSING_FILE\"; while [ ! -e \"$FLAGS_CLOSING_FILE\" ]; do sleep 0.1; done; exit 4");
        await job.SaysAsync("/closing");
        PlacedHold hold = await server.HoldAsync(feature);
        await job.EndsAsync(4);
        Assert.False(Directory.Exists(Path.GetDirectoryName(job.Output.Trim())));
        Assert.Contains("A deploy waits for this job", job.Error, StringComparison.Ordinal);
        await FlagsServer.UntilAsync(async () => (await server.Api.GetHoldAsync(hold.Id)).State == "drained", "the deploy waits no longer");
    }

    [Fact]
    public async Task A_job_that_it_starts_on_the_same_feature_enters_though_a_deploy_waits()
    {
        string feature = await server.FeatureAsync(), go = server.NewPath("go");
        await using RunningFlags job = server.Run("run", feature, "--", "sh", "-c", $"while [ ! -e {go} ]; do sleep 0.1; done; \"$0\" run {feature} --no-wait -- echo the sub-job ran", RunningFlags.Program);
        await server.IsInsideAsync(feature);
        await server.HoldAsync(feature);
        await File.WriteAllTextAsync(go, "");
        Assert.Equal("the sub-job ran\n", (await job.EndsAsync(0)).Output);
    }

    [Fact]
    public async Task A_daemon_that_a_job_once_started_enters_on_its_own_account()
    {
        string feature = await server.FeatureAsync();
        var stale = new Dictionary<string, string?> { ["FLAGS_FEATURE"] = feature, ["FLAGS_LEASE_ID"] = Guid.NewGuid().ToString() };
        await using RunningFlags job = server.Run(stale, "run", feature, "--", "echo", "ran");
        Assert.Equal("ran\n", (await job.EndsAsync(0)).Output);
        Assert.Contains("entering without it", job.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Processes_it_leaves_behind_live_on_and_are_told_of()
    {
        string feature = await server.FeatureAsync(), file = server.NewPath("pids");
        await using RunningFlags job = server.Run("run", feature, "--", "sh", "-c", $"sh -c '{Pids.Write(file)}; exec sleep 60' > /dev/null 2>&1 & while [ ! -s {file} ]; do sleep 0.1; done");
        await job.EndsAsync(0);
        int left = (await Pids.ReadAsync(file))[0];
        Assert.True(Pids.IsAlive(left));
        Assert.Contains("left processes running", job.Error, StringComparison.Ordinal);
        Assert.Equal(0, RunningFlags.SendSignal(left, RunningFlags.Kill));
    }

    [Fact]
    public async Task Events_are_JSON_for_programs_and_quiet_is_quiet()
    {
        string feature = await server.FeatureAsync();
        await using RunningFlags json = server.Run("run", feature, "--json", "--", "sh", "-c", "exit 3"), quiet = server.Run("deploy", "--hold", feature, "--quiet", "--", "true");
        await json.EndsAsync(3);
        string[] events = [.. json.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!)];
        Assert.Equal(["entered", "exited"], events.Where(name => name != "waiting"));
        Assert.Equal("", (await quiet.EndsAsync(0)).Error);
    }

    [Fact]
    public async Task It_asks_for_its_actor()
    {
        string feature = await server.FeatureAsync(enabled: false);
        await using RunningFlags enable = server.Run("enable", feature, "--actor", "Customer;7");
        await enable.EndsAsync(0);
        await using RunningFlags hers = server.Run("run", feature, "--no-wait", "--actor", "Customer;7", "--", "true"), anybody = server.Run("run", feature, "--no-wait", "--", "true");
        await hers.EndsAsync(0);
        await anybody.EndsAsync(75);
    }

    private async Task<LeaseInfo> InsideAsync(string feature)
    {
        await server.IsInsideAsync(feature);
        return (await server.InsideAsync(feature))[0];
    }
}
