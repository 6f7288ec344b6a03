using System.CommandLine;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags wait</c>: until a feature is on. A job that must not overlap a deploy uses <c>flags run</c>.</summary>
internal static class WaitCommand
{
    private static readonly Argument<string> Feature = Common.Feature();
    private static readonly Option<Span> Patience = Common.Time("--timeout", "How long to wait.", "30m");

    public static Command Create()
    {
        Command command = new("wait", "Wait until a feature is on: exit code 0 on, 75 not in time.") { Feature, Patience };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags wait new_search --timeout 5m && ./warm-up.sh");
    }

    private static async Task<int> RunAsync(Session session)
    {
        string name = session.Feature = session.Value(Feature);
        FlagsClient client = session.Server.Following();
        Task<bool> on = client.WaitUntilEnabledAsync(name, session.Value(Patience));
        using (session.Reporter.Live(() => $"waiting until {name} is on: {Why(client, name)}"))
        {
            // What the waiting itself would take anyway; then it is worth a line.
            await Task.WhenAny(on, client.WaitUntilReadyAsync(TimeSpan.FromSeconds(2))).ConfigureAwait(false);
            if (!on.IsCompleted)
                session.Reporter.Say("waiting", $"Waiting up to {Text.Of(session.Value(Patience))} until {name} is on: {Why(client, name)}.", ("feature", name));
            if (await on.ConfigureAwait(false))
                return ExitCode.Ok;
        }

        session.Reporter.Fail("not-on", $"{name} was not on within {Text.Of(session.Value(Patience))}: {Why(client, name)}.", $"flags check {Text.Word(name)} --explain");
        return ExitCode.NotStarted;
    }

    private static string Why(FlagsClient client, string name) => client switch
    {
        { Status.Problem: { } problem, IsStale: true } => problem,
        { IsStale: true } => "the server has not answered yet",
        _ => client.Evaluate(name).Reason switch
        {
            Reason.NotFound => "there is no such feature",
            Reason.Held => "a deploy holds it",
            Reason.Off => "it is off",
            Reason.NoMatch => "it is on only for some",
            Reason.Denied => "it is denied",
            _ => "it is on",
        },
    };
}
