using System.CommandLine;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags create</c>.</summary>
internal static class CreateCommand
{
    private static readonly Argument<string> Feature = Common.Feature();
    private static readonly Option<bool> Enabled = new("--enabled") { Description = "On for everyone from the beginning." };
    private static readonly Option<string?> Description = new("--description") { Description = "What it is for.", HelpName = "TEXT" };
    private static readonly Option<string[]> Tags = new("--tag") { Description = "A word to find it by.", HelpName = "WORD" };
    private static readonly Option<string?> Owner = new("--owner") { Description = "Who looks after it.", HelpName = "NAME" };
    private static readonly Option<int?> Limit = new("--limit") { Description = "How many jobs may be inside at once.", HelpName = "N" };
    private static readonly Option<bool> Protected = new("--protected") { Description = "Turning it off needs its name typed (--confirm)." };
    private static readonly Option<string?> Reason = Common.Reason();

    public static Command Create()
    {
        Command command = new("create", "Create a feature.") { Feature, Enabled, Description, Tags, Owner, Limit, Protected, Reason };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags create jobs_processing --enabled --protected", "flags create new_search --tag web --owner search-team");
    }

    private static async Task<int> RunAsync(Session session)
    {
        session.Feature = session.Value(Feature);
        var body = new CreateFeature
        {
            Name = session.Feature,
            Description = session.Value(Description),
            Tags = session.Value(Tags) is { Length: > 0 } tags ? tags : null,
            Owner = session.Value(Owner),
            Limit = session.Value(Limit),
            Protected = session.Value(Protected),
            Enabled = session.Value(Enabled),
        };
        Feature created = await session.Api.CreateFeatureAsync(body, new WriteOptions { Reason = session.Value(Reason) }).ConfigureAwait(false);
        Change.Tell(session, created, "is created");
        return ExitCode.Ok;
    }
}
