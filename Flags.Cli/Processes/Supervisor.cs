namespace Flags.Cli;

/// <summary>Why the command ended.</summary>
internal enum Cause
{
    /// <summary>By itself, or by a signal that was passed on.</summary>
    Itself,

    /// <summary>It was stopped because its lease or hold was lost.</summary>
    Lost,

    /// <summary>It was told to stop after <c>--max-run</c>.</summary>
    MaxRun,

    /// <summary>It was told to, did not, and was killed.</summary>
    MaxRunKilled,
}

/// <summary>Runs a command to its end, or stops it.</summary>
internal sealed class Supervisor(Child child, Reporter reporter, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20), Orphans = TimeSpan.FromMilliseconds(100);

    /// <param name="maxRun">The longest that it may run; null for ever.</param>
    /// <param name="killAfter">From asking it to end to killing it.</param>
    /// <param name="loss">Ends when the command must stop, with how much time it has for that.</param>
    public async Task<(ChildExit Exit, Cause Cause)> WatchAsync(TimeSpan? maxRun, TimeSpan killAfter, Func<CancellationToken, Task<TimeSpan>> loss)
    {
        using var over = new CancellationTokenSource();
        Task<TimeSpan> lost = loss(over.Token);
        Task tooLong = Task.Delay(maxRun ?? Timeout.InfiniteTimeSpan, time, over.Token);
        await Task.WhenAny(child.Exited, lost, tooLong).ConfigureAwait(false);
        Cause cause = Cause.Itself;
        if (!child.Exited.IsCompleted && lost.IsCompletedSuccessfully)
        {
            await StopAsync(await lost.ConfigureAwait(false)).ConfigureAwait(false);
            cause = Cause.Lost;
        }
        else if (!child.Exited.IsCompleted)
        {
            reporter.Warn("max-run", $"The command runs longer than {Text.Of(maxRun!.Value)} (--max-run) and is stopped.");
            cause = await StopAsync(killAfter).ConfigureAwait(false) ? Cause.MaxRunKilled : Cause.MaxRun;
        }

        await over.CancelAsync().ConfigureAwait(false);
        ChildExit exit = await child.Exited.ConfigureAwait(false);
        if (cause == Cause.Itself)
            await LookForOrphansAsync().ConfigureAwait(false);
        child.Release();
        return (exit, cause);
    }

    /// <returns>Whether the command had to be killed.</returns>
    private async Task<bool> StopAsync(TimeSpan patience)
    {
        long started = time.GetTimestamp();
        if (patience > TimeSpan.Zero)
            child.Terminate();
        while (!child.Exited.IsCompleted || child.LeavesSomething)
        {
            TimeSpan left = patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                bool killed = !child.Exited.IsCompleted;
                child.Kill();
                await child.Exited.ConfigureAwait(false);
                return killed;
            }

            await Task.Delay(left < Step ? left : Step, time).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>They are left alone, since a deploy may start servers; but nobody waits for them.</summary>
    private async Task LookForOrphansAsync()
    {
        await child.Alone.ConfigureAwait(false);
        long started = time.GetTimestamp();
        while (child.LeavesSomething)
        {
            if (time.GetElapsedTime(started) > Orphans)
            {
                reporter.Warn("left-behind", "The command has ended and left processes running. They are not protected any more: let it wait for them, or start them elsewhere (systemd, setsid).");
                return;
            }

            await Task.Delay(Step, time).ConfigureAwait(false);
        }
    }
}
