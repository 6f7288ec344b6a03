using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary>Enters, runs the command, leaves.</summary>
internal sealed class JobRun(Session session, JobOptions asked, ChildCommand command)
{
    private readonly Reporter reporter = session.Reporter;
    private readonly TimeProvider time = session.Time;

    public async Task<int> RunAsync()
    {
        using var interruption = new Interruption();
        try
        {
            EnterResult entry = await EnterAsync(interruption.Token).ConfigureAwait(false);
            await using (entry.ConfigureAwait(false))
                return entry is Lease lease ? await InsideAsync(lease, interruption).ConfigureAwait(false) : Refuse((NotEntered)entry);
        }
        catch (OperationCanceledException) when (interruption.Signal != 0)
        {
            reporter.Say("withdrawn", $"{Signals.Name(interruption.Signal)}: nothing was started.");
            return ExitCode.OfSignal(interruption.Signal);
        }
        catch (OperationCanceledException)
        {
            reporter.Fail("not-started", $"{command.Name} was not started: the deploy that holds {asked.Feature} is the one that this runs in, and they would wait for each other.", $"run it without flags run, or after the deploy");
            return ExitCode.NotStarted;
        }
    }

    private async Task<EnterResult> EnterAsync(CancellationToken cancellationToken)
    {
        using var itself = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var waiting = new WaitReport(reporter, asked, time) { WaitsForItself = itself.Cancel };
        var options = new EnterOptions
        {
            Ttl = asked.Ttl,
            Holder = asked.Holder,
            Actor = asked.Actor is { } id ? new Actor(id) : null,
            Parent = Parent(),
            WhenUnreachable = asked.WhenUnreachable,
            Progress = waiting,
        };
        EnterResult entry;
        try
        {
            entry = await session.Server.Client.EnterAsync(asked.Feature, asked.Wait, options, itself.Token).ConfigureAwait(false);
        }
        catch (FlagsProblemException refused) when (Advice.Slug(refused.Problem) == "parent-lost")
        {
            // A daemon that was once started by a job, for example. Entering on its own account is as safe.
            reporter.Warn("parent-lost", $"The job around this one ({ChildEnvironment.LeaseId}) has ended: entering without it.");
            entry = await session.Server.Client.EnterAsync(asked.Feature, asked.Wait, options with { Parent = null }, itself.Token).ConfigureAwait(false);
        }

        if (entry is Lease lease)
            waiting.Entered(lease);
        return entry;
    }

    private async Task<int> InsideAsync(Lease lease, Interruption interruption)
    {
        if (!lease.IsGuarded)
            reporter.Warn("unguarded", $"The server cannot be reached: {command.Name} runs without protection (--on-unreachable run). No deploy waits for it.");
        using ClosingFile? closing = lease.IsGuarded ? new ClosingFile(lease, reporter) : null;
        try
        {
            interruption.Start();
            Child child = Child.Start(command, ChildEnvironment.Of(lease, asked.Ttl, closing?.Path, session.Settings), asked.Lead, closing?.Folder);
            child.MayContinue = () => !asked.StopsWhenLost || lease.Remaining > TimeSpan.Zero;
            interruption.Forward(child.Forward);
            var watch = new LeaseWatch(lease, asked, reporter, time);
            (ChildExit exit, Cause cause) = await new Supervisor(child, reporter, time).WatchAsync(asked.MaxRun, asked.KillAfter, watch.LostAsync).ConfigureAwait(false);
            interruption.GiveBack();
            return End(exit, cause);
        }
        catch (CannotStartException refused)
        {
            return Unstartable.Report(refused, command, reporter);
        }
    }

    private int End(ChildExit exit, Cause cause)
    {
        reporter.Note("exited", $"{command.Name} ended with {exit}.", ("code", exit.Code), ("signal", exit.Signal), ("cause", cause.ToString().ToLowerInvariant()));
        switch (cause)
        {
            case Cause.Lost:
                reporter.Fail("stopped", $"{command.Name} was stopped ({exit}), because its lease was lost.", "look at what it left half done, then run it again");
                return ExitCode.LeaseLost;
            case Cause.MaxRun or Cause.MaxRunKilled:
                return cause == Cause.MaxRun ? ExitCode.MaxRun : ExitCode.MaxRunKilled;
            default:
                return exit.Ending;
        }
    }

    private int Refuse(NotEntered refused)
    {
        string waited = asked.Wait > TimeSpan.Zero ? $" (waited {Text.Of(asked.Wait)})" : "";
        string text = refused.Problem?.Detail ?? refused.Outage!.Message;
        string next = refused.Problem is { } problem ? Advice.After(problem, asked.Feature) : Advice.Reach;
        reporter.Fail("not-started", $"{command.Name} was not started{waited}: {text}", $"{next}; trying again later is safe");
        return refused.Reason == NotEnteredReason.Unreachable && asked.WhenUnreachable == WhenUnreachable.Fail ? ExitCode.Unreachable : ExitCode.NotStarted;
    }

    /// <summary>The lease around this process, for a job that starts another on the same feature: it may enter while a deploy waits for that one.</summary>
    private Guid? Parent() =>
        Environment.GetEnvironmentVariable(ChildEnvironment.Feature) == asked.Feature && Guid.TryParse(Environment.GetEnvironmentVariable(ChildEnvironment.LeaseId), out Guid parent) ? parent : null;
}
