using System.CommandLine;
using System.Globalization;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags workers list</c>.</summary>
internal static class WorkerListCommand
{
    private static readonly Option<string?> Role = new("--role") { Description = "Only this role.", HelpName = "ROLE" };
    private static readonly Option<string?> Version = WorkersCommand.Version();
    private static readonly Option<string> Output = Common.Output();

    public static Command Create()
    {
        Command command = new("list", "Show workers, their states and when they were last heard.") { Role, Version, Output };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags workers list", "flags workers list --role bot --version v2 --output json");
    }

    /// <summary>As people say it; a worker that was not heard for three heartbeats is lost, whatever it was.</summary>
    public static string State(WorkerInfo worker) => worker switch
    {
        { State: "stopped" } => "stopped",
        { Lost: true } => $"lost ({worker.State})",
        { Instruction: "none" } => worker.State,
        { State: "ready" or "starting" } or { Instruction: "terminate" } => $"{worker.State}, told to {(worker.Instruction == "quiet" ? "be quiet" : "terminate")}",
        _ => worker.State,
    };

    private static async Task<int> RunAsync(Session session)
    {
        WorkerList list = await session.Api.ListWorkersAsync(session.Value(Role), session.Value(Version)).ConfigureAwait(false);
        if (session.WantsJson(Output))
            Results.Print(list, Results.Json.WorkerList);
        else
            Results.Print(Rows(list, session.Time).ToString());
        return ExitCode.Ok;
    }

    private static Table Rows(WorkerList list, TimeProvider time)
    {
        var table = new Table("ROLE", "VERSION", "STATE", "SINCE", "HEARD", "JOBS", "HOST", "WORKER");
        foreach (WorkerInfo worker in list.Workers)
        {
            table.Add(worker.Role, worker.Version, State(worker), Text.At(worker.Since, time), $"{Text.Of(TimeSpan.FromSeconds(worker.SeenSecondsAgo))} ago",
                worker.Leases?.ToString(CultureInfo.InvariantCulture), worker.Host, worker.Id);
        }

        return table;
    }
}
