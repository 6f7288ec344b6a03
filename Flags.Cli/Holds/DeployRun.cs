using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary>Holds, waits until jobs have left, runs the command, releases.</summary>
internal sealed class DeployRun(Session session, DeployOptions asked, ChildCommand command)
{
    private readonly Reporter reporter = session.Reporter;

    private FlagsClient Client => session.Server.Client;

    public async Task<int> RunAsync()
    {
        using var interruption = new Interruption();
        try
        {
            Hold hold = await PlaceAsync(interruption.Token).ConfigureAwait(false);
            int code;
            await using (hold.ConfigureAwait(false))
                code = await HeldAsync(hold, interruption).ConfigureAwait(false);
            reporter.Say("released", $"Released {asked.Names}.", ("hold", hold.Id));
            return code;
        }
        catch (OperationCanceledException) when (interruption.Signal != 0)
        {
            reporter.Say("withdrawn", $"{Signals.Name(interruption.Signal)}: nothing was deployed, and {asked.Names} is not held any more.");
            return ExitCode.OfSignal(interruption.Signal);
        }
        catch (HoldLostException lost)
        {
            reporter.Fail("not-started", $"{command.Name} was not started: {lost.Message}", "flags holds --all says who ended it; trying again is safe");
            return ExitCode.NotStarted;
        }
    }

    /// <summary>At once, or after saying what it waits for.</summary>
    private async Task<Hold> PlaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Client.HoldAsync(asked.Features, asked.Reason, asked.Hold with { Wait = TimeSpan.Zero }, cancellationToken).ConfigureAwait(false);
        }
        catch (FlagsProblemException conflict) when (Advice.Slug(conflict.Problem) == "hold-conflict" && asked.Hold.Wait > TimeSpan.Zero)
        {
            reporter.Say("waiting", $"Waiting up to {Text.Of(asked.Hold.Wait)}: {conflict.Problem.Detail}", ("features", asked.Names));
        }
        catch (FlagsUnavailableException outage) when (asked.Hold.Wait > TimeSpan.Zero)
        {
            reporter.Say("waiting", $"Waiting up to {Text.Of(asked.Hold.Wait)}: {outage.Message}", ("features", asked.Names));
        }

        return await Client.HoldAsync(asked.Features, asked.Reason, asked.Hold, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> HeldAsync(Hold hold, Interruption interruption)
    {
        reporter.Say("held", $"Holding {asked.Names} ({asked.Reason}): {hold.InFlightAtStart} inside.", ("hold", hold.Id), ("token", hold.Token), ("inside", hold.InFlightAtStart));
        if (!await DrainAsync(hold, interruption.Token).ConfigureAwait(false))
            return ExitCode.NotStarted;
        hold.EnsureValid();
        try
        {
            interruption.Start();
            Child child = Child.Start(command, ChildEnvironment.Of(hold, session.Time, session.Settings), asked.KillAfter, folder: null);
            interruption.Forward(child.Forward);
            (ChildExit exit, Cause cause) = await new Supervisor(child, reporter, session.Time).WatchAsync(null, asked.KillAfter, over => LostAsync(hold, over)).ConfigureAwait(false);
            interruption.GiveBack();
            return End(hold, exit, cause);
        }
        catch (CannotStartException refused)
        {
            return Unstartable.Report(refused, command, reporter);
        }
    }

    private async Task<bool> DrainAsync(Hold hold, CancellationToken cancellationToken)
    {
        using var progress = new DrainReport(reporter, asked.Names, session.Time);
        DrainResult result = await hold.DrainAsync(asked.Drain, progress, cancellationToken).ConfigureAwait(false);
        // The last one has left between the answer and its list.
        if (result is NotDrained { Reason: "draining", Inside.Count: 0 })
            result = await hold.DrainAsync(TimeSpan.Zero, progress, cancellationToken).ConfigureAwait(false);
        if (result is NotDrained { Inside.Count: > 0 } late && asked.OnDrainTimeout == "revoke")
            result = await RevokeAsync(hold, late, progress, cancellationToken).ConfigureAwait(false);
        if (result is Drained drained)
        {
            progress.Done(drained.Left, drained.Expired);
            return true;
        }

        if (asked.OnDrainTimeout == "proceed")
        {
            reporter.Warn("not-drained", $"{result} {command.Name} is started all the same (--on-drain-timeout proceed).");
            return true;
        }

        reporter.Fail("not-drained", $"{command.Name} was not started: {result} (waited {Text.Of(asked.Drain)})", "try again later, which is safe, with a longer --drain, or with --on-drain-timeout revoke");
        return false;
    }

    /// <summary>Jobs that were told to stop count until they leave or their leases have run out.</summary>
    private async Task<DrainResult> RevokeAsync(Hold hold, NotDrained late, DrainReport progress, CancellationToken cancellationToken)
    {
        const double Grace = 10;
        reporter.Warn("revoking", $"{late} They are told to stop (--on-drain-timeout revoke).");
        await session.Api.RevokeLeasesAsync(hold.Id, new HoldReason($"{asked.Reason}: not drained within {Text.Of(asked.Drain)}"), cancellationToken).ConfigureAwait(false);
        var longest = TimeSpan.FromSeconds(Math.Max(0, late.Inside.Max(lease => lease.ExpiresInSeconds)) + Grace);
        return await hold.DrainAsync(longest, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends when the command must be stopped for it.</summary>
    private async Task<TimeSpan> LostAsync(Hold hold, CancellationToken over)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(over, hold.Lost);
        await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        over.ThrowIfCancellationRequested();
        string then = asked.StopsWhenLost ? "the command is stopped" : "the command goes on, since half of it may be worse (--on-lost stop stops it)";
        reporter.Warn("hold-lost", $"THE HOLD ON {asked.Names} IS LOST: jobs may run from now on; {then}.", ("hold", hold.Id));
        if (!asked.StopsWhenLost)
            await Task.Delay(Timeout.Infinite, over).ConfigureAwait(false);
        return asked.KillAfter;
    }

    private int End(Hold hold, ChildExit exit, Cause cause)
    {
        reporter.Note("exited", $"{command.Name} ended with {exit}.", ("code", exit.Code), ("signal", exit.Signal), ("cause", cause.ToString().ToLowerInvariant()));
        if (hold.Remaining > TimeSpan.Zero)
            return exit.Ending;
        string how = cause == Cause.Lost ? "was stopped" : "ended";
        reporter.Fail("hold-lost", $"{command.Name} {how} ({exit}), and the hold on {asked.Names} was lost meanwhile: jobs may have run beside it.", $"flags leases {Text.Word(asked.Features[0])}; check what those jobs did");
        return ExitCode.HoldLost;
    }
}
