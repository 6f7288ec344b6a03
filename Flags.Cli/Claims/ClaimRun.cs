using System.Text.Json;
using Flags.Client;

namespace Flags.Cli;

/// <summary>Claims, runs the command, completes or gives back.</summary>
internal sealed class ClaimRun(Session session, ClaimRunOptions asked, ChildCommand command)
{
    private readonly Reporter reporter = session.Reporter;
    private readonly TimeProvider time = session.Time;

    public async Task<int> RunAsync()
    {
        using var interruption = new Interruption();
        try
        {
            ClaimResult result = await ClaimAsync(interruption.Token).ConfigureAwait(false);
            await using (result.ConfigureAwait(false))
            {
                return result switch
                {
                    Claim claim => await InsideAsync(claim, interruption).ConfigureAwait(false),
                    ClaimDone done => Done(done),
                    ClaimTaken taken => Refuse(taken.Problem.Detail, $"trying again is safe; {Advice.After(taken.Problem, null)}", ExitCode.NotStarted),
                    NotClaimed { Problem: { } problem } => Refuse(problem.Detail, $"{problem.Next} Trying again is safe.", ExitCode.NotStarted),
                    _ => Refuse(((NotClaimed)result).Outage!.Message, $"{Advice.Reach}; trying again later is safe", ExitCode.Unreachable),
                };
            }
        }
        catch (OperationCanceledException) when (interruption.Signal != 0)
        {
            reporter.Say("withdrawn", $"{Signals.Name(interruption.Signal)}: nothing was started.");
            return ExitCode.OfSignal(interruption.Signal);
        }
    }

    private async Task<ClaimResult> ClaimAsync(CancellationToken cancellationToken)
    {
        FlagsClient client = session.Server.Client;
        ClaimResult first = await client.ClaimAsync(asked.Key, asked.Claim with { Wait = TimeSpan.Zero }, cancellationToken).ConfigureAwait(false);
        if (first is Claim or ClaimDone || asked.Claim.Wait <= TimeSpan.Zero)
            return first;
        long started = time.GetTimestamp();
        reporter.Say("waiting", $"Waiting up to {Text.Of(asked.Claim.Wait)} for {asked.Key}: {first.ToString()!.TrimEnd('.')}.", ("key", asked.Key));
        using (reporter.Live(() => $"waiting {Text.Of(time.GetElapsedTime(started))} of {Text.Of(asked.Claim.Wait)} for {asked.Key}"))
            return await client.ClaimAsync(asked.Key, asked.Claim, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> InsideAsync(Claim claim, Interruption interruption)
    {
        reporter.Note("claimed", $"Claimed {claim}.", ("key", claim.Key), ("token", claim.Token), ("attempt", claim.Attempt));
        if (claim.Attempt > 1)
            reporter.Say("attempt", $"Attempt {claim.Attempt} of {claim.Key}: the one before failed or died.", ("key", claim.Key), ("attempt", claim.Attempt));
        try
        {
            interruption.Start();
            Child child = Child.Start(command, ChildEnvironment.Of(claim, time, session.Settings), asked.Lead, null);
            child.MayContinue = () => claim.Remaining > TimeSpan.Zero;
            interruption.Forward(child.Forward);
            var watch = new ClaimWatch(claim, asked, reporter, time);
            (ChildExit exit, Cause cause) = await new Supervisor(child, reporter, time).WatchAsync(asked.MaxRun, asked.KillAfter, watch.LostAsync).ConfigureAwait(false);
            interruption.GiveBack();
            reporter.Note("exited", $"{command.Name} ended with {exit}.", ("code", exit.Code), ("signal", exit.Signal), ("cause", cause.ToString().ToLowerInvariant()));
            return cause == Cause.Itself && exit is { Code: 0, Signal: 0 } ? await CompleteAsync(claim).ConfigureAwait(false) : End(exit, cause);
        }
        catch (CannotStartException refused)
        {
            // Nothing was done, so not even --once keeps it.
            await claim.AbandonAsync().ConfigureAwait(false);
            return Unstartable.Report(refused, command, reporter);
        }
        catch (OperationCanceledException)
        {
            await claim.AbandonAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<int> CompleteAsync(Claim claim)
    {
        try
        {
            await SayDoneAsync(claim).ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (ClaimLostException lost)
        {
            reporter.Fail("claim-lost", $"{command.Name} has succeeded, but too late: {lost.Message}", "look whether it was done twice; a longer --ttl leaves more time for renewals");
            return ExitCode.LeaseLost;
        }
        catch (FlagsUnavailableException outage)
        {
            reporter.Fail("not-recorded", $"{command.Name} has succeeded, and that could not be recorded: {outage.Message}", "it may be run again");
            return ExitCode.Unreachable;
        }
    }

    private async Task SayDoneAsync(Claim claim)
    {
        string? result = asked.ResultFrom is { } file ? Result(file) : null;
        try
        {
            await claim.CompleteAsync(result).ConfigureAwait(false);
        }
        catch (FlagsProblemException tooLarge) when (tooLarge.Problem.Status == 413)
        {
            // The work is done, whether its result fits or not.
            reporter.Warn("result", $"The result was not kept: {tooLarge.Problem.Detail}");
            await claim.CompleteAsync().ConfigureAwait(false);
        }
    }

    private string? Result(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            reporter.Warn("result", $"There is no result to keep: {missing.Message}");
            return null;
        }
    }

    private int End(ChildExit exit, Cause cause)
    {
        if (cause == Cause.Lost)
        {
            reporter.Fail("stopped", $"{command.Name} was stopped ({exit}), because its claim was lost.", "look at what it left half done; another attempt may be at it");
            return ExitCode.LeaseLost;
        }

        string then = asked.Claim.Mode == ClaimMode.Once ? $"it stays claimed for {Text.Of(asked.Claim.Keep)} (--once)" : "whoever tries next gets it";
        reporter.Say("failed", $"{command.Name} ended with {exit}: {asked.Key} is not done, and {then}.", ("key", asked.Key), ("code", exit.Code), ("signal", exit.Signal));
        return cause switch { Cause.MaxRun => ExitCode.MaxRun, Cause.MaxRunKilled => ExitCode.MaxRunKilled, _ => exit.Ending };
    }

    private int Done(ClaimDone done)
    {
        reporter.Say("done", $"{command.Name} was not started: {done.Key} is done already, for another {Text.Of(done.KeptFor)}.", ("key", done.Key), ("keptForSeconds", done.KeptFor.TotalSeconds));
        if (done.Result is { ValueKind: not JsonValueKind.Null } result && session.WantsJson())
            Results.Print(result, Results.Json.JsonElement);
        else if (done.Text is { Length: > 0 } text)
            Results.Print(text);
        return ExitCode.Ok;
    }

    private int Refuse(string why, string next, int code)
    {
        reporter.Fail("not-started", $"{command.Name} was not started: {why}", next);
        return code;
    }
}
