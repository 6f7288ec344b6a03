using System.CommandLine;
using System.Globalization;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags list</c>.</summary>
internal static class ListCommand
{
    private const int PageSize = 200;

    private static readonly Option<string?> Search = new("--search") { Description = "A part of the name or description.", HelpName = "TEXT" };
    private static readonly Option<string?> Tag = new("--tag") { Description = "Only with this tag.", HelpName = "WORD" };
    private static readonly Option<string?> State = new Option<string?>("--state") { Description = "Only in this state." }.AcceptOnlyFromAmong("on", "off", "conditional", "held");
    private static readonly Option<string> Output = Common.Output();

    public static Command Create()
    {
        Command command = new("list", "List features.") { Search, Tag, State, Output };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags list --state held", "flags list --output json | jq -r '.features[].name'");
    }

    private static async Task<int> RunAsync(Session session)
    {
        var found = new List<Feature>();
        var query = new FeatureQuery { Search = session.Value(Search), Tag = session.Value(Tag), State = session.Value(State), Limit = PageSize };
        FeatureList page;
        do
        {
            page = await session.Api.ListFeaturesAsync(query).ConfigureAwait(false);
            found.AddRange(page.Features);
            query = query with { Cursor = page.NextCursor };
        }
        while (page.NextCursor is not null);
        if (session.WantsJson(Output))
            Results.Print(new FeatureList(found, page.Total, null), Results.Json.FeatureList);
        else
            Print(found, session.Time);
        return ExitCode.Ok;
    }

    private static void Print(List<Feature> found, TimeProvider time)
    {
        var table = new Table("NAME", "STATE", "HELD", "LIMIT", "CHANGED", "BY");
        foreach (Feature feature in found)
        {
            table.Add(feature.Name, feature.State.ToString().ToLowerInvariant(), feature.Held ? "held" : null, feature.Limit?.ToString(CultureInfo.InvariantCulture),
                Text.At(feature.UpdatedAt, time), feature.UpdatedBy);
        }

        Results.Print(table.ToString());
    }
}
