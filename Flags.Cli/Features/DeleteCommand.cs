using System.CommandLine;
using Flags.Client;

namespace Flags.Cli;

/// <summary><c>flags delete</c>.</summary>
internal static class DeleteCommand
{
    private static readonly Argument<string> Feature = Common.Feature();
    private static readonly Option<string?> Reason = Common.Reason();
    private static readonly Option<string[]> Confirm = Common.Confirm();

    public static Command Create()
    {
        Command command = new("delete", "Delete a feature; its history stays, and revert brings it back.") { Feature, Reason, Confirm };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags delete new_search --reason 'gone from the code'");
    }

    private static async Task<int> RunAsync(Session session)
    {
        string name = session.Feature = session.Value(Feature);
        await session.Api.DeleteFeatureAsync(name, new WriteOptions { Reason = session.Value(Reason), Confirm = session.Value(Confirm) }).ConfigureAwait(false);
        if (!session.IsQuiet)
            Results.Print($"{name} is deleted; flags history {Text.Word(name)} shows how to bring it back");
        return ExitCode.Ok;
    }
}
