using System.CommandLine;
using System.Globalization;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags holds</c>.</summary>
internal static class HoldsCommand
{
    private static readonly Argument<string?> Feature = new("FEATURE") { Description = "Only holds of this feature.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> All = new("--all") { Description = "Ended ones too (the newest 50)." };
    private static readonly Option<string> Output = Common.Output();

    public static Command Create()
    {
        Command command = new("holds", "Show who holds what, why and until when.") { Feature, All, Output };
        Common.RefuseOptions(Feature);
        Session.On(command, RunAsync);
        return Examples.For(command, "flags holds", "flags holds jobs_processing --all");
    }

    private static async Task<int> RunAsync(Session session)
    {
        session.Feature = session.Value(Feature);
        HoldList list = await session.Api.ListHoldsAsync(new HoldQuery { Feature = session.Feature, Active = session.Value(All) ? null : true }).ConfigureAwait(false);
        if (session.WantsJson(Output))
        {
            Results.Print(list, Results.Json.HoldList);
            return ExitCode.Ok;
        }

        var table = new Table("HOLD", "FEATURES", "HOLDER", "WHY", "STATE", "SINCE", "UNTIL", "INSIDE");
        foreach (HoldInfo hold in list.Holds)
        {
            table.Add(hold.Id.ToString(), string.Join(",", hold.Features), hold.Holder, hold.Reason, hold.State + (hold.Exclusive ? ", exclusive" : ""), Text.At(hold.Since, session.Time),
                Text.At(hold.EndedAt ?? hold.ExpiresAt, session.Time), hold.EndedAt is null ? hold.InFlight.ToString(CultureInfo.InvariantCulture) : null);
        }

        Results.Print(table.ToString());
        return ExitCode.Ok;
    }
}
