namespace Flags.Checker;

/// <summary>What came of a run.</summary>
public sealed record RunResult(RunOptions Options, IReadOnlyList<Event> History, IReadOnlyList<Violation> Violations, TimeSpan Took)
{
    /// <summary>Where the history was written; null when nothing was broken.</summary>
    public string? HistoryFile { get; init; }

    public int Drains => History.Where(e => e is { Operation: Operation.Drain, Outcome: "drained" }).DistinctBy(e => e.Id).Count();

    public int Enters => History.Count(e => e is { Operation: Operation.Enter, Outcome: "entered" });

    public int Holds => History.Count(e => e is { Operation: Operation.Place, Outcome: "placed" });

    /// <summary>Whether a promise that the mutant must break was reported.</summary>
    public bool Caught => Options.Mutant is { } mutant && Violations.Any(v => mutant.Breaks.Contains(v.Invariant));

    /// <summary>How long waiters slept after a release, in milliseconds, shortest first.</summary>
    public IReadOnlyList<double> Wakes => [.. Waits.Woken(new Lives(History)).Where(wake => wake.Notified).Select(wake => wake.Slept / 1000.0).Order()];

    public void Print(TextWriter to)
    {
        var lives = new Lives(History);
        long[] acks = [.. Waits.Acknowledged(lives).Select(ack => ack.Took).Order()];
        long[] notified = [.. Waits.Woken(lives).Where(w => w.Notified).Select(w => w.Slept).Order()], expired = [.. Waits.Woken(lives).Where(w => !w.Notified).Select(w => w.Slept).Order()];
        to.WriteLine($"profile {Options.Profile}, seed {Options.Seed}{(Options.Mutant is { } mutant ? $", mutant {mutant.Name} ({mutant.Mistake})" : "")}, {Took.TotalSeconds:0.0} s");
        to.WriteLine($"{Drains} drains, {Enters} enters, {Holds} holds, {History.Count} calls and events, {History.Count(e => e.Operation is Operation.Fault or Operation.Crash)} faults");
        to.WriteLine($"hold acknowledged: {Spread(acks)}");
        to.WriteLine($"waiter woken after a release: {Spread(notified)}; after an expiry: {Spread(expired)}");
        foreach (Invariant one in Invariant.All)
        {
            Violation[] broken = [.. Violations.Where(v => v.Invariant == one.Number)];
            to.WriteLine($"{one.Number,3} {(broken.Length == 0 ? "ok" : $"BROKEN {broken.Length}x")}  {one.Promise}");
            foreach (Violation violation in broken.Take(3))
                to.WriteLine($"      {violation.What}");
        }

        to.WriteLine(HistoryFile is null ? $"{Violations.Count} violations" : $"{Violations.Count} violations; repeat with --seed {Options.Seed}; the history is in {HistoryFile}");
    }

    private static string Spread(long[] sorted) => sorted.Length == 0 ? "none" : $"p50 {Ms(sorted[sorted.Length / 2])}, p99 {Ms(sorted[sorted.Length * 99 / 100])}, largest {Ms(sorted[^1])} ms of {sorted.Length}";

    private static string Ms(long micros) => (micros / 1000.0).ToString("0.0");
}
