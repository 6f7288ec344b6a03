using Flags.Core;

namespace Flags.Store;

/// <summary>Refusals of workers.</summary>
public static class WorkerProblems
{
    public static Problem Back(string id, string asked, string state) => Problems.Of("worker-state", 409, "States never go back",
        $"The worker \"{id}\" is {state}; it cannot be {asked} again.", "A new process is a new worker: give it an id of its own.") with
    { State = state };

    public static Problem IdReused(string id) => Problems.Of("id-reused", 409, "The id is used",
        $"\"{id}\" is another worker: of another role, version or key.", "Make an id for each process, for example of host, process id and a random number.");

    /// <summary>Too few are ready; what the others do is said in numbers.</summary>
    public static Problem Missing(string role, string? version, int least, IReadOnlyList<WorkerInfo> workers) => Problems.Of("workers-missing", 423, "Not enough workers",
        $"{workers.Count(WorkerRules.IsReady)} of {least} workers of \"{role}\"{(version is null ? "" : $", version \"{version}\",")} are ready{Others(workers)}.", "Ask again, or wait here with ?wait=50s.") with
    { Workers = workers, RetryAfterSeconds = 1 };

    private static string Others(IReadOnlyList<WorkerInfo> workers)
    {
        string[] counts = [.. workers.Where(worker => !WorkerRules.IsReady(worker)).GroupBy(Word).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Count()} {group.Key}")];
        return counts.Length == 0 ? "" : $" ({string.Join(", ", counts)})";
    }

    private static string Word(WorkerInfo worker) => worker switch
    {
        { Lost: true } => "lost",
        { State: "ready" } => $"told to {(worker.Instruction == "quiet" ? "be quiet" : "terminate")}",
        _ => worker.State,
    };
}
