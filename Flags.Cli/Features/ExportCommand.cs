using System.CommandLine;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags export</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Command command = new("export", "Print all features as JSON, for flags import elsewhere.");
        Session.On(command, RunAsync);
        return Examples.For(command, "flags export > features.json");
    }

    private static async Task<int> RunAsync(Session session)
    {
        ExportBody export = await session.Api.ExportAsync().ConfigureAwait(false);
        Results.Print(export, Results.Json.ExportBody);
        return ExitCode.Ok;
    }
}
