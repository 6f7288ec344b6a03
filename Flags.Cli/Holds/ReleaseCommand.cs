using System.CommandLine;
using Flags.Client;

namespace Flags.Cli;

/// <summary><c>flags release</c>: the last step, also when the deploy failed.</summary>
internal static class ReleaseCommand
{
    private static readonly Argument<Guid?> Id = HoldState.Argument();
    private static readonly Option<string?> State = HoldState.Option();
    private static readonly Option<string?> Reason = Common.Reason();

    public static Command Create()
    {
        Command command = new("release", "End a hold: jobs may run. One that has ended is no error.") { Id, State, Reason };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags release --state hold.env", "flags release 0198c1f2-…")
            .WithCodes(("122", "it had ended before: jobs may have run beside the deploy"));
    }

    private static async Task<int> RunAsync(Session session)
    {
        HoldState hold = HoldState.Read(session, Id, State);
        string was = await session.Api.ReleaseHoldAsync(hold.Id, new WriteOptions { Reason = session.Value(Reason) }).ConfigureAwait(false);
        if (was is "expired" or "forced")
        {
            session.Reporter.Fail("hold-lost", $"The hold {hold.Id} had ended before ({was}): jobs may have run since.", "flags holds --all; a longer --ttl or flags extend between the steps keeps it");
            return ExitCode.HoldLost;
        }

        session.Reporter.Say("released", was == "unknown" ? $"There is no hold {hold.Id}." : $"Released the hold {hold.Id} (it was {was}).", ("hold", hold.Id), ("was", was));
        return ExitCode.Ok;
    }
}
