using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>What is asked before workers are told to take no more jobs or to end: who, and who is left.</summary>
internal static class WorkerQuestions
{
    private const int ShownVersions = 5;

    /// <param name="call">Who asks, with the form.</param>
    /// <param name="which">Whom to tell.</param>
    /// <param name="instruction">What.</param>
    /// <param name="crew">All workers of the role.</param>
    public static ActionAsked Tell(ActionCall call, InstructWorkers which, WorkerInstruction instruction, IReadOnlyList<WorkerInfo> crew)
    {
        bool Meant(WorkerInfo w) => w.State != "stopped" && (which.Id is null || w.Id == which.Id) && (which.ExceptVersion is null || w.Version != which.ExceptVersion);
        WorkerInfo[] meant = [.. crew.Where(Meant)];
        int left = crew.Count(w => WorkerRules.IsReady(w) && !Meant(w)), now = crew.Count(WorkerRules.IsReady);
        bool ends = instruction == WorkerInstruction.Terminate;
        string who = which.Id ?? (which.ExceptVersion is { } spared ? $"all of {which.Role} but {spared}" : $"all of {which.Role}");
        return new ActionAsked(call.Action, call.Form.With((HoldQuestions.Asked, "yes")), ends ? $"Terminate {who}?" : $"Quiet {who}?")
        {
            Lines =
            [
                which.Id is null ? Those(meant) : One(meant[0]),
                $"{(which.Id is null ? "Each" : "It")} hears with its next heartbeat to {(ends ? "end: it takes no new jobs, and those inside have its grace period to finish." : "take no new jobs; those inside finish.")}",
                left == 0 ? $"Afterwards nobody of {which.Role} takes jobs." : $"Afterwards {left:N0} of {which.Role} {(left == 1 ? "takes" : "take")} jobs{(left == now ? ", as now" : "")}.",
                "This cannot be undone: whoever was told takes no jobs ever again. A new process is a new worker.",
            ],
            Buttons = [ends ? new AskButton("Terminate", "terminate", true) : new AskButton("Quiet", "quiet", left == 0)],
        };
    }

    private static string One(WorkerInfo worker) =>
        $"It is a {worker.Role} of version {worker.Version}, {WorkerWords.Label(worker)}{(worker.Leases is { } jobs ? $", with {HoldWords.Jobs(jobs)} inside" : "")}; last seen {Ago.Words(TimeSpan.FromSeconds(worker.SeenSecondsAgo))}.";

    private static string Those(WorkerInfo[] meant)
    {
        (string Version, int Count)[] versions = [.. meant.CountBy(w => w.Version).Select(v => (v.Key, v.Value)).OrderByDescending(v => v.Value)];
        string each = string.Join(", ", versions.Take(ShownVersions).Select(v => $"{v.Count:N0} of {v.Version}"));
        int jobs = meant.Sum(w => w.Leases ?? 0);
        return $"{WorkerWords.Workers(meant.Length)}: {each}{(versions.Length > ShownVersions ? $", and of {versions.Length - ShownVersions} more versions" : "")}{(jobs > 0 ? $"; {HoldWords.AreJobs(jobs)} inside" : "")}.";
    }
}
