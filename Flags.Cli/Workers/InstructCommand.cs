using System.CommandLine;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags workers quiet</c> and <c>terminate</c>.</summary>
internal sealed class InstructCommand
{
    private readonly Option<string> role = WorkersCommand.Role();
    private readonly Option<string?> version = WorkersCommand.Version();
    private readonly Option<string?> except = new("--except-version") { Description = "Every version but this one.", HelpName = "VERSION" };
    private readonly Option<string?> id = new("--id") { Description = "Only this worker.", HelpName = "WORKER" };
    private readonly Option<string?> reason = Common.Reason("Why, for the audit.");
    private readonly bool terminates;

    private InstructCommand(bool terminates) => this.terminates = terminates;

    public static Command Quiet() => new InstructCommand(false).Create("quiet", "Tell workers to take no new jobs; running ones finish. They hear it within 5 s.");

    public static Command Terminate() => new InstructCommand(true).Create("terminate", "Tell workers to end, once their jobs have finished. They hear it within 5 s.");

    private Command Create(string name, string description)
    {
        Command command = new(name, description) { role, version, except, id, reason };
        Session.On(command, RunAsync);
        return Examples.For(command, $"flags workers {name} --role bot --except-version v2", $"flags workers {name} --role bot --id web-1-4711-5f3a9c01 --reason \"it hangs\"");
    }

    private async Task<int> RunAsync(Session session)
    {
        var which = new InstructWorkers { Role = session.Value(role), Version = session.Value(version), ExceptVersion = session.Value(except), Id = session.Value(id) };
        var why = new WriteOptions { Reason = session.Value(reason) };
        InstructedWorkers told = terminates
            ? await session.Api.TerminateWorkersAsync(which, why).ConfigureAwait(false)
            : await session.Api.QuietWorkersAsync(which, why).ConfigureAwait(false);
        session.Reporter.Say("told", $"{told.Told} of {which.Role} are told to {(terminates ? "terminate" : "be quiet")}.", ("role", which.Role), ("told", told.Told));
        if (session.WantsJson())
            Results.Print(told, Results.Json.InstructedWorkers);
        return ExitCode.Ok;
    }
}
