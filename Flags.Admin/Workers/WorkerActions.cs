using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>What forms tell workers: to be quiet, or to end. It cannot be taken back, so it is asked first.</summary>
public sealed class WorkerActions(WorkerStore workers, AuditStore audit)
{
    /// <summary>Runs an action; null when there is none of that name.</summary>
    internal async Task<ActionAnswer?> RunAsync(ActionCall call)
    {
        if (call.Action != "tell-workers")
            return null;
        if (!call.Caller.May(Permissions.Hold))
            return call.Refuse(Problems.Forbidden(call.Caller, Permissions.Hold));
        if (Instruction(call.Form["to"]) is not { } instruction)
            return call.Invalid("to", "must be quiet or terminate");
        var which = new InstructWorkers { Role = call.Name, Id = Some(call, "id"), ExceptVersion = Some(call, "except") };
        if ((WorkerRules.Check(which) ?? HoldRules.OptionalReason(call.Options.Reason)) is { } problem)
            return call.Refuse(problem);
        return await TellAsync(call, which, instruction);
    }

    private async Task<ActionAnswer> TellAsync(ActionCall call, InstructWorkers which, WorkerInstruction instruction)
    {
        IReadOnlyList<WorkerInfo> crew = await workers.ListAsync(which.Role, null, call.Cancellation);
        // A version that nobody has is a slip, and would spare nobody.
        if (which.ExceptVersion is { } spared && crew.All(w => w.Version != spared))
            return call.Refuse(Problems.NoSuch($"worker of \"{which.Role}\" with the version \"{spared}\"", "Choose one of the versions on the Workers page."));
        WorkerInfo[] meant = [.. crew.Where(w => w.State != "stopped" && (which.Id is null || w.Id == which.Id) && (which.ExceptVersion is null || w.Version != which.ExceptVersion))];
        if (meant.Length == 0)
            return call.Refuse(Problems.NoSuch("such worker that runs", "It may have stopped; the Workers page shows all."));
        if (!call.Form.Has(HoldQuestions.Asked))
            return WorkerQuestions.Tell(call, which, instruction, crew);
        await workers.InstructAsync(call.Caller, which, instruction, call.Options.Reason, call.Cancellation);
        // None when all had been told already.
        if (meant.All(w => Knows(w, instruction)))
            return ActionCall.Done(call.Form.Back, null);
        // Not the newest of all: the same person may have told another role meanwhile, in another tab.
        string what = instruction == WorkerInstruction.Quiet ? "workers.quiet" : "workers.terminate";
        AuditList rows = await audit.ListAsync(new AuditQuery { Who = call.Caller.Id, What = what, Limit = 10 }, call.Cancellation);
        return ActionCall.Done(call.Form.Back, rows.Audit.FirstOrDefault(row => row.Target == which.Role)?.Id);
    }

    private static bool Knows(WorkerInfo worker, WorkerInstruction instruction) => worker.Instruction == "terminate" || (instruction == WorkerInstruction.Quiet && worker.Instruction == "quiet");

    private static WorkerInstruction? Instruction(string to) => to switch { "quiet" => WorkerInstruction.Quiet, "terminate" => WorkerInstruction.Terminate, _ => null };

    private static string? Some(ActionCall call, string field) => call.Form[field] is { Length: > 0 } text ? text : null;
}
