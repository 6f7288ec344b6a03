using System.CommandLine;
using System.Text.Json;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags show</c>.</summary>
internal static class ShowCommand
{
    private static readonly Argument<string> Feature = Common.Feature();
    private static readonly Option<string> Output = Common.Output();

    public static Command Create()
    {
        Command command = new("show", "Show a feature with its gates.") { Feature, Output };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags show jobs_processing", "flags show jobs_processing --output json");
    }

    private static async Task<int> RunAsync(Session session)
    {
        session.Feature = session.Value(Feature);
        Feature feature = await session.Api.GetFeatureAsync(session.Feature).ConfigureAwait(false);
        if (session.WantsJson(Output))
            Results.Print(feature, Results.Json.Feature);
        else
            Results.Print(Lines(feature, session.Time));
        return ExitCode.Ok;
    }

    /// <summary>One line for everything that is set.</summary>
    public static string Lines(Feature feature, TimeProvider time)
    {
        (string Name, string? Value)[] lines =
        [
            ("name", feature.Name),
            ("state", feature.State.ToString().ToLowerInvariant() + (feature.Held ? ", held by a deploy: off for everyone" : "")),
            ("description", feature.Description),
            ("tags", string.Join(", ", feature.Tags)),
            ("owner", feature.Owner),
            ("limit", feature.Limit is { } limit ? $"{limit} at once" : null),
            ("protected", feature.Protected ? $"yes: turning it off needs --confirm {Text.Word(feature.Name)}" : null),
            .. Gates(feature.Gates),
            ("version", $"{feature.Version}, {Text.At(feature.UpdatedAt, time)} by {feature.UpdatedBy}"),
        ];
        return string.Join('\n', lines.Where(line => !string.IsNullOrEmpty(line.Value)).Select(line => $"{line.Name + ":",-22}{Text.Plain(line.Value!)}"));
    }

    private static IEnumerable<(string Name, string? Value)> Gates(Gates gates) =>
    [
        ("everyone", gates.Boolean ? "on" : null),
        ("actors", string.Join(", ", gates.Actors)),
        ("groups", string.Join(", ", gates.Groups)),
        ("% of actors", gates.PercentageOfActors?.ToString()),
        ("% of time", gates.PercentageOfTime?.ToString()),
        ("expression", gates.Expression is not null ? JsonSerializer.SerializeToElement(gates, Results.Json.Gates).GetProperty("expression").GetRawText() : null),
        ("denied actors", string.Join(", ", gates.DeniedActors)),
        ("denied groups", string.Join(", ", gates.DeniedGroups)),
    ];
}
