using Flags.Client;

namespace Flags.Cli;

/// <summary>Says when the command must stop so that nothing of it runs when another may have its key.</summary>
internal sealed class ClaimWatch(Claim claim, ClaimRunOptions asked, Reporter reporter, TimeProvider time)
{
    /// <summary>Ends when it must be stopped, with the time it has for that.</summary>
    public async Task<TimeSpan> LostAsync(CancellationToken over)
    {
        await DeadlineWatch.UntilAsync(claim.Deadline, asked.Lead, time, over).ConfigureAwait(false);
        string why = claim.Deadline.Why ?? $"no renewal was answered, and it ends in {Text.Of(claim.Deadline.Remaining)}";
        reporter.Warn("claim-lost", $"The claim of {asked.Key} is lost: {why}; the command is stopped.", ("key", asked.Key), ("why", why));
        return DeadlineWatch.Left(claim.Deadline, asked.KillAfter);
    }
}
