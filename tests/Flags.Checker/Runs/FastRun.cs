using System.Diagnostics;
using Flags.Testing;

namespace Flags.Checker;

/// <summary>A run at the store's functions, where a race is met soonest; waits are met through one server.</summary>
public static class FastRun
{
    /// <summary>Short, so that a guard's end is within a run.</summary>
    private static readonly TimeSpan LongestLease = TimeSpan.FromSeconds(1), Look = TimeSpan.FromMilliseconds(400), Patience = TimeSpan.FromSeconds(120);

    public static async Task<RunResult> RunAsync(RunOptions options)
    {
        string database = await TestServer.CreateDatabaseAsync();
        if (options.Mutant is not null)
            await options.Mutant.ApplyAsync(database);
        bool rest = (options.Mutant?.Profile ?? options.Profile) == "rest";
        string key = $"checker-{Guid.NewGuid():N}-{Guid.NewGuid():N}";
        await using Replica? replica = rest ? new Replica(Testing.Patience.Of(database), key, LongestLease.TotalSeconds * 10, patient: true) : null;
        await (replica?.ReadyAsync() ?? Task.CompletedTask);
        await using Door door = replica is null ? await StoreDoor.OpenAsync(Testing.Patience.Of(database + ";Maximum Pool Size=40"), LongestLease) : new RestDoor([replica.Address], key);
        await ((door as RestDoor)?.WarmAsync() ?? Task.CompletedTask);
        var stage = new Stage(database, door, new Recorder(), options.Seed);
        await stage.Resource.CreateAsync();
        await stage.WidenAsync();
        long began = Stopwatch.GetTimestamp();
        using (var stop = new CancellationTokenSource())
        {
            foreach (Func<Stage, CancellationToken, Task> scene in SceneOf(options))
                await scene(stage, stop.Token);
            stage.Start();
            await UntilEnoughAsync(options, stage, began);
            await stop.CancelAsync();
            await Task.WhenAll(stage.Loops);
        }

        await Books.ReadAsync(database, stage.ClientOf("books"));
        return await EndAsync(options, stage.Recorder, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Judges a finished history, and keeps it if it is broken.</summary>
    public static async Task<RunResult> EndAsync(RunOptions options, Recorder recorder, TimeSpan took)
    {
        Event[] history = recorder.Snapshot();
        IReadOnlyList<Violation> violations = Invariant.Check(history, options.Tolerance);
        string? file = null;
        if (violations.Count > 0 && options.Mutant is null)
        {
            file = Path.GetFullPath(Path.Combine(options.Artifacts, $"{options.Profile}-{options.Seed}.jsonl"));
            await Recorder.WriteAsync(file, history);
        }

        return new RunResult(options, history, violations, took) { HistoryFile = file };
    }

    private static IEnumerable<Func<Stage, CancellationToken, Task>> SceneOf(RunOptions options) => options.Mutant is { } mutant ? [mutant.Scene]
        : options.Profile == "recovery" ? [Scenes.RecoveryAsync]
        : options.Profile == "rest" ? [Scenes.WaitingAsync]
        : [Scenes.FastAsync, Scenes.FamilyAsync, Scenes.OverlapAsync, Scenes.ExpiryAsync, Scenes.LateAsync, Scenes.DeadDeployAsync, Scenes.DeadJobAsync, Scenes.LimitedAsync, Scenes.TogglingAsync, Scenes.SingletonAsync, Scenes.ClaimsAsync, Scenes.DeadClaimersAsync, Scenes.WorkersAsync];

    private static async Task UntilEnoughAsync(RunOptions options, Stage stage, long began)
    {
        while (Stopwatch.GetElapsedTime(began) is var since && since < options.Duration + (options.Drains + options.Wakes > 0 ? Patience : TimeSpan.Zero))
        {
            await Task.Delay(Look);
            if (stage.Loops.FirstOrDefault(loop => loop.IsFaulted) is { } failed)
                await failed;
            bool enough = since >= options.Duration && stage.Recorder.Count(e => e is { Operation: Operation.Drain, Outcome: "drained" }) >= options.Drains
                && (options.Wakes == 0 || Waits.Woken(new Lives(stage.Recorder.Snapshot())).Count(wake => wake.Notified) >= options.Wakes);
            if (enough || (options.Mutant is { } mutant && IsCaught(mutant, stage, options)))
                return;
        }
    }

    /// <summary>What is recorded is true at any moment; only the books are balanced at the end.</summary>
    private static bool IsCaught(Mutant mutant, Stage stage, RunOptions options)
    {
        if (mutant.Breaks.Contains(14))
            return stage.Recorder.Count(e => e is { Operation: Operation.Drain, Outcome: "drained" }) > 2;
        var lives = new Lives(stage.Recorder.Snapshot());
        return Invariant.All.Where(one => mutant.Breaks.Contains(one.Number)).Any(one => one.Broken(lives, options.Tolerance).Any());
    }
}
