using Flags.Core;

namespace Flags.Client;

public sealed partial class FlagsClient
{
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(1);

    /// <summary>Turns a feature on for everyone; clears its other gates, not the deny lists. The checks of this client see it when the call ends.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="reason">Why, for history and audit; null says nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="FlagsUnavailableException">No usable answer; whether it was done is unknown, and repeating it is safe.</exception>
    public Task<ChangeResult> EnableAsync(string feature, string? reason = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(Api.EnableFeatureAsync, feature, reason, cancellationToken);

    /// <summary>
    /// Turns a feature off; clears its other gates, not the deny lists. The checks of this client see it when the call ends. A protected one is
    /// refused: <c>Api.DisableFeatureAsync</c> with <see cref="WriteOptions.Confirm"/> turns it off.
    /// </summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="reason">Why, for history and audit; null says nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="FlagsUnavailableException">No usable answer; whether it was done is unknown, and repeating it is safe.</exception>
    public Task<ChangeResult> DisableAsync(string feature, string? reason = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(Api.DisableFeatureAsync, feature, reason, cancellationToken);

    private async Task<ChangeResult> ChangeAsync(Func<string, WriteOptions?, CancellationToken, Task<Feature>> change, string feature, string? reason, CancellationToken cancellationToken)
    {
        try
        {
            Feature changed = await change(feature, new WriteOptions { Reason = reason }, cancellationToken).ConfigureAwait(false);
            await FollowAsync(changed.Version, cancellationToken).ConfigureAwait(false);
            return new Changed(changed);
        }
        catch (FlagsProblemException refusal)
        {
            return new ChangeRefused(refusal.Problem);
        }
    }

    /// <summary>Until this client's snapshot has the change, so that who wrote reads what it wrote. Not for long, and not without a server that tells.</summary>
    private async Task FollowAsync(long version, CancellationToken cancellationToken)
    {
        if (contact.IsStale || holder.Position.Version >= version)
            return;
        if (options.Mode == FlagsMode.Poll)
            feed?.Nudge();
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task seen = WaitForAsync(() => holder.Position.Version >= version, LongestLag, late.Token);
        // It is done, whoever cancels now.
        await seen.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
