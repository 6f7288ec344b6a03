using System.CommandLine;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags check</c>: the answer is the exit code.</summary>
internal static class CheckCommand
{
    private static readonly Argument<string> Feature = Common.Feature();
    private static readonly Option<string[]> Actors = new("--actor") { Description = "Ask for this actor.", HelpName = "ID" };
    private static readonly Option<string[]> Groups = new("--group") { Description = "A group that the actor is in.", HelpName = "NAME" };
    private static readonly Option<bool> Explain = new("--explain") { Description = "Show what each gate says." };

    public static Command Create()
    {
        Command command = new("check", "Say whether a feature is on: exit code 0 on, 1 off.") { Feature, Actors, Groups, Explain };
        Session.On(command, RunAsync);
        return Examples.For(command, "if flags check new_search; then …; fi", "flags check new_search --actor 'User;1' --explain");
    }

    private static async Task<int> RunAsync(Session session)
    {
        string name = session.Feature = session.Value(Feature);
        if (session.Value(Explain) || session.WantsJson())
            return await EvaluateAsync(session, name).ConfigureAwait(false);
        CheckAnswer answer = await session.Api.CheckAsync(name, session.Value(Actors), session.Value(Groups)).ConfigureAwait(false);
        if (!session.IsQuiet)
            Results.Print(answer.Off is { } off ? $"off: {off.Detail}" : "on");
        if (answer.Off is { } why && Advice.Slug(why) == "not-found")
            session.Reporter.Warn("not-found", $"There is no feature {name}: it counts as off.");
        return answer.Enabled ? ExitCode.Ok : ExitCode.Off;
    }

    private static async Task<int> EvaluateAsync(Session session, string name)
    {
        string[] groups = session.Value(Groups);
        ActorBody[] actors = [.. session.Value(Actors).Select(id => new ActorBody { Id = id, Groups = groups })];
        if (actors.Length == 0 && groups.Length > 0)
            actors = [new ActorBody { Groups = groups }];
        EvaluateAnswer answer = await session.Api.EvaluateAsync(name, new EvaluateFeature { Actors = actors }, explain: true).ConfigureAwait(false);
        if (session.WantsJson())
            Results.Print(answer, Results.Json.EvaluateAnswer);
        else
            Results.Print(Explained(answer));
        return answer.Enabled ? ExitCode.Ok : ExitCode.Off;
    }

    private static string Explained(EvaluateAnswer answer)
    {
        IEnumerable<string> lines = (answer.Explanation ?? []).Select(line => $"{(line.Decides ? ">" : " ")} {line.Gate?.ToString() ?? "Hold",-18} {Text.Plain(line.Text)}");
        return string.Join('\n', [$"{(answer.Enabled ? "on" : "off")}: {answer.Reason}", .. lines]);
    }
}
