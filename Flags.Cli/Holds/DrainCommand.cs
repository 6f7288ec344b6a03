using System.CommandLine;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags drain</c>: the second step of such a pipeline.</summary>
internal static class DrainCommand
{
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(2);
    private static readonly Argument<Guid?> Id = HoldState.Argument();
    private static readonly Option<string?> State = HoldState.Option();
    private static readonly Option<Span> Patience = Common.Time("--timeout", "How long to wait for running jobs.", "10m");

    public static Command Create()
    {
        Command command = new("drain", "Wait until nobody is inside what is held.") { Id, State, Patience };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags drain --state hold.env --timeout 10m", "flags drain  # with FLAGS_HOLD_ID set")
            .WithCodes(("75", "jobs still run"), ("122", "the hold has ended: jobs may run"));
    }

    private static async Task<int> RunAsync(Session session)
    {
        HoldState hold = HoldState.Read(session, Id, State);
        using var progress = new DrainReport(session.Reporter, $"hold {hold.Id}", session.Time);
        long started = session.Time.GetTimestamp();
        int total = 0;
        while (true)
        {
            TimeSpan waited = session.Time.GetElapsedTime(started), left = session.Value(Patience) - waited;
            try
            {
                Duration? wait = total == 0 || left <= TimeSpan.Zero ? null : new Duration(left < Slice ? left : Slice);
                DrainedHold drained = await session.Api.GetDrainedAsync(hold.Id, wait).ConfigureAwait(false);
                progress.Done(drained.Left, drained.Expired);
                return ExitCode.Ok;
            }
            catch (FlagsProblemException inside) when (inside.Problem.Status == 423 && left > TimeSpan.Zero)
            {
                IReadOnlyList<LeaseInfo> leases = inside.Problem.Leases ?? [];
                total = Math.Max(Math.Max(total, leases.Count), 1);
                progress.Report(new DrainProgress(total - leases.Count, total, leases, waited));
            }
            catch (FlagsUnavailableException outage) when (left > TimeSpan.Zero)
            {
                session.Reporter.Warn("unreachable", outage.Message);
                await Task.Delay(outage.RetryAfter ?? Slice, session.Time).ConfigureAwait(false);
            }
            catch (FlagsProblemException ended) when (ended.Problem.Status == 410)
            {
                session.Reporter.Fail("hold-lost", ended.Problem.Detail, Advice.After(ended.Problem, null));
                return ExitCode.HoldLost;
            }
        }
    }
}
