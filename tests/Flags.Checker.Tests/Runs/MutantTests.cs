using System.Collections.Concurrent;
using System.Diagnostics;

namespace Flags.Checker.Tests;

/// <summary>A checker that misses a mistake is broken: each mutant of the store must be seen to break the invariant it is about.</summary>
public sealed class MutantTests(ITestOutputHelper output)
{
    /// <summary>Far more than any needs on a quiet machine (docs in Flags.Checker/README.md).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A minute of a machine with other work may hold little: as many drains must have been tried, too.</summary>
    private const int Enough = 1_000;

    /// <summary>They mostly wait, so several run side by side, each in a database of its own.</summary>
    private static readonly SemaphoreSlim Turns = new(3);

    private static readonly ConcurrentDictionary<string, Lazy<Task<RunResult>>> Runs = new(
        Mutants.All.ToDictionary(mutant => mutant.Name, mutant => new Lazy<Task<RunResult>>(() => RunAsync(mutant))));

    public static TheoryData<string> Names => [.. Mutants.All.Select(mutant => mutant.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_mistake_in_the_store_is_caught(string mutant)
    {
        foreach (Lazy<Task<RunResult>> run in Runs.Values)
            _ = run.Value;
        RunResult result = await Runs[mutant].Value;
        output.WriteLine($"{mutant}: {result.Took.TotalSeconds:0.0} s, broke {string.Join(", ", result.Violations.Select(v => v.Invariant).Distinct().Order())}");
        Assert.True(result.Caught, $"not within {result.Took.TotalSeconds:0} s: {Mutants.Named(mutant).Mistake}");
    }

    [Fact]
    public void Every_invariant_has_a_mutant_and_the_design_s_nine_are_there()
    {
        Assert.Equal([2], Enumerable.Range(1, 19).Except(Mutants.All.SelectMany(mutant => mutant.Breaks)));
        string[] design = ["no-lock", "for-share", "early-expiry", "extend-revives", "newest-hold", "wall-clock-token", "late-renewal", "drain-snapshot", "transaction-time"];
        Assert.Empty(design.Except(Mutants.All.Select(mutant => mutant.Name)));
    }

    private static async Task<RunResult> RunAsync(Mutant mutant)
    {
        await Turns.WaitAsync();
        try
        {
            // A run ends when what is recorded so far looks broken; a call that was under way may tell otherwise.
            long began = Stopwatch.GetTimestamp();
            while (true)
            {
                RunResult result = await FastRun.RunAsync(new RunOptions { Mutant = mutant, Duration = Patience, Drains = Enough });
                if (result.Caught || Stopwatch.GetElapsedTime(began) > Patience)
                    return result;
            }
        }
        finally
        {
            Turns.Release();
        }
    }
}
