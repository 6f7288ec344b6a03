using System.CommandLine;
using System.Globalization;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags leases</c>: who is inside.</summary>
internal static class LeasesCommand
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(50);
    private static readonly Argument<string> Feature = Common.Feature();
    private static readonly Option<bool> UntilEmpty = new("--until-empty") { Description = "Wait until nobody is inside; exit 75 if somebody still is. For a feature that is off: a deploy uses flags deploy." };
    private static readonly Option<Span> Patience = Common.Time("--timeout", "How long to wait with --until-empty.", "10m");
    private static readonly Option<string> Output = Common.Output();

    public static Command Create()
    {
        Command command = new("leases", "Show which jobs are inside a feature and which wait.") { Feature, UntilEmpty, Patience, Output };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags leases jobs_processing", "flags disable jobs_processing && flags leases jobs_processing --until-empty");
    }

    private static async Task<int> RunAsync(Session session)
    {
        string name = session.Feature = session.Value(Feature);
        if (session.Value(UntilEmpty))
            return await EmptyAsync(session, name).ConfigureAwait(false);
        LeaseList list = await session.Api.ListLeasesAsync(name).ConfigureAwait(false);
        if (session.WantsJson(Output))
            Results.Print(list, Results.Json.LeaseList);
        else
            Results.Print(Rows(list, session.Time).ToString());
        return ExitCode.Ok;
    }

    private static Table Rows(LeaseList list, TimeProvider time)
    {
        var table = new Table("JOB", "STATE", "SINCE", "FOR", "ACTOR", "LEASE");
        foreach (LeaseInfo lease in list.Leases)
        {
            string state = lease.Closing ? "told to stop" : lease.ExpiresInSeconds < 0 ? "late" : "inside";
            table.Add(lease.Holder, state, Text.At(lease.Since, time), Text.Of(time.GetUtcNow() - lease.Since), lease.Actor, lease.Id.ToString());
        }

        foreach (WaiterInfo waiter in list.Waiting)
            table.Add(waiter.Holder, waiter.Takeover ? "takes over" : "waits", Text.At(waiter.Since, time), Text.Of(time.GetUtcNow() - waiter.Since), null, waiter.LeaseId.ToString());
        return table;
    }

    private static async Task<int> EmptyAsync(Session session, string name)
    {
        long started = session.Time.GetTimestamp();
        string? said = null;
        while (true)
        {
            TimeSpan left = session.Value(Patience) - session.Time.GetElapsedTime(started), slice = left < Slice ? left : Slice;
            try
            {
                await session.Api.ListLeasesAsync(name, "empty", said is null || slice <= TimeSpan.Zero ? null : new Duration(slice)).ConfigureAwait(false);
                return ExitCode.Ok;
            }
            catch (FlagsProblemException inside) when (inside.Problem.Status == 423 && left > TimeSpan.Zero)
            {
                if (said != inside.Problem.Detail)
                    session.Reporter.Say("inside", said = inside.Problem.Detail, ("feature", name), ("inside", inside.Problem.InFlight?.ToString(CultureInfo.InvariantCulture)));
            }
        }
    }
}
