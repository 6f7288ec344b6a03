using System.CommandLine;
using System.CommandLine.Help;

namespace Flags.Cli;

/// <summary>All commands.</summary>
internal static class CommandTree
{
    private static readonly (string Code, string Meaning)[] Codes =
    [
        ("*", "run, deploy, claim: the command's own; a signal that ended it ends flags too (128+n)"),
        ("1", "check: off; health: not ready; others: the server refused (not found, conflict, confirmation missing)"),
        ("64", "wrong command line"),
        ("69", "the server gives no usable answer"),
        ("75", "nothing was started; trying again is safe"),
        ("77", "the key is wrong or may not do this"),
        ("78", "address, key or feature are not set up"),
        ("121", "the lease or claim was lost and the command was stopped"),
        ("122", "the hold was lost: jobs may have run beside the deploy"),
        ("124/137", "the command ran longer than --max-run and was stopped / killed"),
        ("125", "flags itself failed"),
        ("126/127", "the command cannot be run / was not found"),
    ];

    public static RootCommand Create(ChildCommand? child)
    {
        RootCommand root = new("Features, jobs that no deploy interrupts, deploys that no job disturbs.")
        {
            RunCommand.Create(child), DeployCommand.Create(child), ClaimCommand.Create(child),
            CheckCommand.Create(), ListCommand.Create(), ShowCommand.Create(), SwitchCommand.Enable(), SwitchCommand.Disable(),
            CreateCommand.Create(), DeleteCommand.Create(), HistoryCommand.Create(), RevertCommand.Create(), ExportCommand.Create(), ImportCommand.Create(), WaitCommand.Create(),
            HoldsCommand.Create(), LeasesCommand.Create(),
            HoldCommand.Create(), ExtendCommand.Create(), DrainCommand.Create(), ReleaseCommand.Create(), ForceReleaseCommand.Create(),
            WorkersCommand.Create(), HealthCommand.Create(),
            LoginCommand.Create(), CompletionCommand.Create(),
        };
        root.Options.Add(Common.Server);
        root.Options.Add(Common.KeyFile);
        root.Options.Add(Common.Json);
        root.Options.Add(Common.Quiet);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        var examples = new Examples((HelpAction)help.Action!, ["flags run jobs_processing -- ./job.sh", "flags deploy --hold jobs_processing --reason v42 -- ./deploy.sh", "flags check new_search && echo on"]);
        examples.Add(Codes);
        help.Action = examples;
        return root;
    }
}
