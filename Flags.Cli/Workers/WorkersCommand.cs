using System.CommandLine;

namespace Flags.Cli;

/// <summary><c>flags workers</c>: processes without a port, as deploys see them.</summary>
internal static class WorkersCommand
{
    public static Command Create()
    {
        Command command = new("workers", "Show long-running processes, wait for the new ones, tell the old ones.")
        {
            WorkerListCommand.Create(), WorkersReadyCommand.Create(), InstructCommand.Quiet(), InstructCommand.Terminate(),
        };
        return Examples.For(command, "flags workers list", "flags workers ready --role bot --version v2 --min 2 --wait 5m && flags workers quiet --role bot --except-version v2");
    }

    public static Option<string> Role() => new("--role") { Description = "What they work as.", HelpName = "ROLE", Required = true };

    public static Option<string?> Version(string description = "Only this version.") => new("--version") { Description = description, HelpName = "VERSION" };
}
