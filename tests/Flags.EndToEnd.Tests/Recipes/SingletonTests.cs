using System.Diagnostics;
using System.Globalization;
using Flags.Client;

namespace Flags.EndToEnd.Tests;

/// <summary>docs/recipes/workers/singleton.cs: one connection, handed over.</summary>
public sealed class SingletonTests(RunningSystem system)
{
    /// <summary>Seconds: one that is lost in no pause of the machine, and one whose end is waited for with its grace, a quarter.</summary>
    private const int Ttl = 60, Hanging = 12, Grace = Hanging / 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_old_version_closes_first_a_hanging_one_is_replaced_and_there_are_never_two()
    {
        string folder = Directory.CreateDirectory(Path.Combine(system.Folder, "singleton")).FullName;
        await using (RunningProcess create = RunningProcess.Bash("flags create rtm_connection --limit 1 --enabled", folder, system.Environment(RunningSystem.SetupKey)))
            Assert.True(await create.ExitAsync(Patience) == 0, create.Output);
        string key = await system.MintAsync("lease");
        await using RunningProcess first = Start(key, folder, "v1", Ttl);
        await first.SaysAsync("v1 is connected", Patience);

        await using RunningProcess second = Start(key, folder, "v2", Hanging);
        string said = await second.SaysAsync("ms after v1 closed", Patience);
        Assert.Equal(0, await first.ExitAsync(Patience));
        Assert.Contains("v1 closed for its successor", first.Output, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper!.WriteLine(said);

        // It hangs: what is left of its lease, and its grace, have to end.
        await second.PauseAsync();
        long paused = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);
        double left = await LeftAsync();
        await using RunningProcess third = Start(key, folder, "v3", Ttl);
        await third.SaysAsync("v3 is connected", Patience);
        await Lines.CountAsync(Path.Combine(folder, "connection-v3"), "beat v3", 5);
        second.Signal(RunningProcess.Sigcont);
        Assert.Equal(121, await second.ExitAsync(Patience));
        Assert.Contains("v2 was replaced", second.Output, StringComparison.Ordinal);
        third.Signal(RunningProcess.Sigterm);
        Assert.Equal(0, await third.ExitAsync(Patience));

        // By their times: a line that was about to be written when its process was paused is written when it wakes.
        (string What, string Who, long At)[] notes = [.. Directory.EnumerateFiles(folder, "connection-*").Order().SelectMany(File.ReadLines).Select(line => line.Split(' ')).Select(w => (w[0], w[1], long.Parse(w[2], CultureInfo.InvariantCulture))).OrderBy(note => note.Item3)];
        // In one order: nothing of a version after the next one's begin, and all of v1 and v3 closed.
        Assert.Equal(["v1", "v2", "v3"], notes.Select(note => note.Who).Aggregate(new List<string>(), (seen, who) => seen.Count > 0 && seen[^1] == who ? seen : [.. seen, who]));
        Assert.Equal(["v1", "v3"], notes.Where(note => note.What == "close").Select(note => note.Who));
        long replaced = notes.First(note => note.Who == "v3").At - paused;
        Assert.True(replaced >= (long)((left + Grace) * 1000), $"replaced after {replaced} ms, with {left} s left and {Grace} s of grace");
    }

    /// <summary>Seconds until the lease of the one inside ends.</summary>
    private async Task<double> LeftAsync()
    {
        using HttpClient admin = system.Admin();
        return Assert.Single((await new FlagsApi(admin).ListLeasesAsync("rtm_connection")).Leases).ExpiresInSeconds;
    }

    private RunningProcess Start(string key, string folder, string version, int ttl) => RunningProcess.Bash($"exec {RecipeProgram.Command("singleton", version, folder, $"{ttl}")}", folder, system.Environment(key));
}
