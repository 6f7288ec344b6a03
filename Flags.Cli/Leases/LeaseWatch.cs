using Flags.Client;

namespace Flags.Cli;

/// <summary>Says when the command must stop so that nothing of it runs when the server may forget its lease.</summary>
internal sealed class LeaseWatch(Lease lease, JobOptions asked, Reporter reporter, TimeProvider time)
{
    /// <summary>Ends when it must be stopped, with the time it has for that; not at all when it is to go on.</summary>
    public async Task<TimeSpan> LostAsync(CancellationToken over)
    {
        if (!lease.IsGuarded)
            await Task.Delay(Timeout.Infinite, over).ConfigureAwait(false);
        await DeadlineWatch.UntilAsync(lease.Deadline, asked.StopsWhenLost ? asked.Lead : TimeSpan.Zero, time, over).ConfigureAwait(false);
        Tell();
        if (!asked.StopsWhenLost)
            await Task.Delay(Timeout.Infinite, over).ConfigureAwait(false);
        return DeadlineWatch.Left(lease.Deadline, asked.KillAfter);
    }

    private void Tell()
    {
        string why = lease.Deadline.Why ?? $"no renewal was answered, and it ends in {Text.Of(lease.Deadline.Remaining)}";
        string then = asked.StopsWhenLost ? "the command is stopped" : "the command goes on, without protection (--on-lost warn)";
        reporter.Warn("lease-lost", $"The lease on {asked.Feature} is lost: {why}; {then}.", ("feature", asked.Feature), ("lease", lease.Id), ("why", why));
    }
}
