using System.CommandLine;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags extend</c>.</summary>
internal static class ExtendCommand
{
    private static readonly Argument<Guid?> Id = HoldState.Argument();
    private static readonly Option<string?> State = HoldState.Option();
    private static readonly Option<long?> Token = new("--token") { Description = "The hold's token.", HelpName = "N" };
    private static readonly Option<Span> Ttl = Common.Time("--ttl", "How long it lives from now: 1s to 30m.", "30m");

    public static Command Create()
    {
        Command command = new("extend", "Let a hold live longer.") { Id, State, Token, Ttl };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags extend --state hold.env --ttl 30m");
    }

    private static async Task<int> RunAsync(Session session)
    {
        HoldState hold = HoldState.Read(session, Id, State);
        long token = session.Value(Token) ?? hold.Token ?? throw new UsageException("The hold's token is not known.", $"flags extend {hold.Id} --token N, as flags hold printed it");
        ExtendedHold extended = await session.Api.ExtendHoldAsync(hold.Id, new ExtendHold(token, new Duration(session.Value(Ttl)))).ConfigureAwait(false);
        if (session.WantsJson())
            Results.Print(extended, Results.Json.ExtendedHold);
        else
            session.Reporter.Say("extended", $"The hold {hold.Id} lives for another {Text.Of(TimeSpan.FromSeconds(extended.ExpiresInSeconds))}.");
        return ExitCode.Ok;
    }
}
