namespace Flags.Checker.Tests;

/// <summary>
/// The store and the server as they are: nothing is broken. How long a single call waits is judged by the long runs; here <see cref="QueueTests"/> proves
/// why a hold is not starved, and half of many waiters that they are woken.
/// </summary>
[Collection(Alone.Name)]
public sealed class FastProfileTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Five_hundred_drains_at_the_store_break_nothing()
    {
        RunResult result = await Clean.RunAsync(new RunOptions { Profile = "fast", Unhurried = true, Duration = TimeSpan.FromSeconds(12), Drains = 500 }, output);
        Assert.True(result.Drains >= 500, $"{result.Drains} drains");
    }

    [Fact]
    public async Task Restores_break_nothing() => await Clean.RunAsync(new RunOptions { Profile = "recovery", Unhurried = true, Duration = TimeSpan.FromSeconds(5), Drains = 20 }, output);
}

/// <summary>Through real servers.</summary>
[Collection(Alone.Name)]
public sealed class ServerProfileTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Waiters_are_woken_by_notifications_and_not_by_the_net()
    {
        RunResult result = await Clean.RunAsync(new RunOptions { Profile = "rest", Unhurried = true, Duration = TimeSpan.FromSeconds(10), Drains = 60, Wakes = 60 }, output);
        Assert.True(result.Wakes.Count >= 60, $"{result.Wakes.Count} waits");
        // Those whom the net of one second wakes sleep half a second in the middle. The releases are spread over ten seconds: what stands still for three of
        // them, such as the connection that listens, makes fewer than half of the waiters late.
        Assert.True(result.Wakes[result.Wakes.Count / 2] < 250, $"half of {result.Wakes.Count} waiters slept longer than {result.Wakes[result.Wakes.Count / 2]} ms");
    }

    [Fact]
    public async Task Chaos_breaks_nothing()
    {
        RunResult result = await Clean.RunAsync(new RunOptions { Profile = "chaos", Unhurried = true, Duration = TimeSpan.FromSeconds(18) }, output);
        Assert.True(result.Drains > 0 && result.History.Any(e => e.Operation == Operation.Crash), "nothing drained, or nothing crashed");
    }
}

/// <summary>Minutes of load, other seeds.</summary>
public sealed class LongRunTests(ITestOutputHelper output)
{
    private const string Variable = "FLAGS_LONG";

    [Theory]
    [InlineData("fast", 2)]
    [InlineData("fast", 3)]
    [InlineData("recovery", 4)]
    [InlineData("chaos", 5)]
    [InlineData("chaos", 6)]
    public async Task Minutes_of_load_break_nothing(string profile, int seed)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Variable) == "1", $"takes 3 minutes: ./test.sh --long ({Variable}=1)");
        await Clean.RunAsync(new RunOptions { Profile = profile, Seed = seed, Duration = TimeSpan.FromMinutes(3) }, output);
    }
}

internal static class Clean
{
    public static async Task<RunResult> RunAsync(RunOptions options, ITestOutputHelper output)
    {
        RunResult result = options.Profile == "chaos" ? await ChaosRun.RunAsync(options) : await FastRun.RunAsync(options);
        using var said = new StringWriter();
        result.Print(said);
        output.WriteLine(said.ToString());
        Assert.True(result.Violations.Count == 0, said.ToString());
        return result;
    }
}
