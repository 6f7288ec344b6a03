using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags history</c>.</summary>
internal static class HistoryCommand
{
    private static readonly Argument<string> Feature = Common.Feature();
    private static readonly Option<int> Limit = new("--limit") { Description = "How many versions, 1 to 200 (default 20).", HelpName = "N", DefaultValueFactory = _ => 20 };
    private static readonly Option<string> Output = Common.Output();

    public static Command Create()
    {
        Command command = new("history", "Show who changed what, when and why.") { Feature, Limit, Output };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags history jobs_processing", "flags revert jobs_processing 41");
    }

    private static async Task<int> RunAsync(Session session)
    {
        session.Feature = session.Value(Feature);
        HistoryList history = await session.Api.GetHistoryAsync(session.Feature, new Page { Limit = session.Value(Limit) }).ConfigureAwait(false);
        if (session.WantsJson(Output))
        {
            Results.Print(history, Results.Json.HistoryList);
            return ExitCode.Ok;
        }

        var table = new Table("VERSION", "WHEN", "WHO", "WHAT", "WHY", "CHANGE");
        foreach (HistoryEntry entry in history.History)
        {
            string change = JsonSerializer.Serialize(entry.Change, Results.Json.FeatureChange);
            table.Add(entry.Version.ToString(CultureInfo.InvariantCulture), Text.At(entry.At, session.Time), entry.Who.Name, entry.Action, entry.Reason, change);
        }

        Results.Print(table.ToString());
        return ExitCode.Ok;
    }
}
