using System.CommandLine;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags revert</c>.</summary>
internal static class RevertCommand
{
    private static readonly Argument<string> Feature = Common.Feature();
    private static readonly Argument<long> Version = new("VERSION") { Description = "As flags history shows it." };
    private static readonly Option<string?> Reason = Common.Reason();
    private static readonly Option<string[]> Confirm = Common.Confirm();

    public static Command Create()
    {
        Command command = new("revert", "Put a feature back to an earlier version, also a deleted one.") { Feature, Version, Reason, Confirm };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags revert new_search 41 --reason 'as before the incident'");
    }

    private static async Task<int> RunAsync(Session session)
    {
        string name = session.Feature = session.Value(Feature);
        var options = new WriteOptions { Reason = session.Value(Reason), Confirm = session.Value(Confirm) };
        Feature changed = await session.Api.RevertFeatureAsync(name, new RevertFeature(session.Value(Version)), options).ConfigureAwait(false);
        Change.Tell(session, changed, $"is as in version {session.Value(Version)}");
        return ExitCode.Ok;
    }
}
