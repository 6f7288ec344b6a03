using System.ComponentModel;

namespace Flags.Cli;

/// <summary>The command that is not there, or is no program.</summary>
internal static class Unstartable
{
    public static int Report(CannotStartException refused, ChildCommand command, Reporter reporter)
    {
        string why = new Win32Exception(refused.Error).Message;
        string next = refused.Code == ExitCode.NotFound ? "check the name and PATH; a script here is ./job.sh" : $"chmod +x {Text.Word(command.Name)}, or name its interpreter: bash {Text.Word(command.Name)}";
        reporter.Fail("unstartable", $"{command.Name} cannot be started: {why}.", next);
        return refused.Code;
    }
}
