using System.CommandLine;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags force-release</c>: somebody else's hold, by an admin.</summary>
internal static class ForceReleaseCommand
{
    private static readonly Argument<Guid> Id = new("ID") { Description = "The hold's id, as flags holds shows it." };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why, for the audit.", HelpName = "WHY", Required = true };

    public static Command Create()
    {
        Command command = new("force-release", "End anybody's hold; needs an admin's key. A deploy that still runs is told, and jobs run beside it.") { Id, Reason };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags force-release 0198c1f2-… --reason 'the runner is gone'");
    }

    private static async Task<int> RunAsync(Session session)
    {
        await session.Api.ForceReleaseHoldAsync(session.Value(Id), new HoldReason(session.Value(Reason))).ConfigureAwait(false);
        session.Reporter.Say("released", $"Ended the hold {session.Value(Id)}.", ("hold", session.Value(Id)));
        return ExitCode.Ok;
    }
}
