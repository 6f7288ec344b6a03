using Flags.Core;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>
/// A deploy's order that features are off for everyone, for now; renewed in the background until it is disposed, which releases it. Thread-safe.
/// </summary>
public sealed partial class Hold : IAsyncDisposable
{
    private static readonly TimeSpan Releasing = TimeSpan.FromSeconds(10), LongestPause = TimeSpan.FromSeconds(2), Quickest = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource ends = new();
    private readonly IFlagsApi api;
    private readonly FlagsOptions options;
    private readonly ILogger logger;
    private readonly TimeSpan ttl;
    private readonly Deadline deadline;
    private readonly Task renewing;
    private int disposed;

    internal Hold(PlacedHold placed, TimeSpan ttl, Deadline deadline, IFlagsApi api, FlagsOptions options, ILogger logger)
    {
        (Id, Token, Features, InFlightAtStart) = (placed.Id, placed.Token, placed.Features, placed.InFlight);
        (this.ttl, this.deadline, this.api, this.options, this.logger) = (ttl, deadline, api, options, logger);
        renewing = Task.Run(RenewAsync);
    }

    /// <summary>The id, for other processes of the same pipeline.</summary>
    public Guid Id { get; }

    /// <summary>The fencing token, a number that only grows: larger than that of every job that entered before.</summary>
    public long Token { get; }

    /// <summary>The features it holds.</summary>
    public IReadOnlyList<string> Features { get; }

    /// <summary>How many jobs were inside when it was placed.</summary>
    public int InFlightAtStart { get; }

    /// <summary>Fires when jobs may run though the deploy has not finished: the hold has expired, was ended by an admin, or could not be renewed in time. Not by releasing.</summary>
    public CancellationToken Lost => deadline.Lost;

    /// <summary>How long it surely lives if no renewal succeeds; zero when it is over.</summary>
    public TimeSpan Remaining => deadline.IsLive ? deadline.Remaining : TimeSpan.Zero;

    /// <summary>Throws unless the hold surely lives, by the clock and not by a timer. Call it before each step that no job may see.</summary>
    /// <param name="minRemaining">How long the step may take; default 0.</param>
    /// <exception cref="HoldLostException">It is over, was released, or less than that remains.</exception>
    public void EnsureValid(TimeSpan minRemaining = default)
    {
        if (!deadline.IsLive)
            throw new HoldLostException($"The hold {Id} is over: {deadline.Why ?? "it was released"}.");
        if (deadline.Remaining is var left && left <= minRemaining)
            throw new HoldLostException($"The hold {Id} lives for {left.TotalSeconds:0.0} s more, and {minRemaining.TotalSeconds:0.0} s are needed.");
    }

    /// <summary>Waits until nobody is inside. Outages are waited out.</summary>
    /// <param name="timeout">How long, from 0 (looks once); <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="progress">Told who is inside, about every two seconds; null tells nobody.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HoldLostException">The hold ended meanwhile: nothing it says would be true.</exception>
    /// <exception cref="FlagsProblemException">The server refuses for good, for example a revoked key.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    public Task<DrainResult> DrainAsync(TimeSpan timeout, IProgress<DrainProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        return new Draining(this, api, options, progress).RunAsync(timeout, cancellationToken);
    }

    /// <summary>Releases, once. An outage is logged, not thrown: the hold then ends with its TTL.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        deadline.Finish();
        await ends.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (await ReleaseAsync(api, Id, options).ConfigureAwait(false) is { } problem)
            LogNotReleased(Id, problem);
        ends.Dispose();
    }

    /// <summary>The hold and what it holds.</summary>
    public override string ToString() => $"{string.Join(", ", Features)} ({Id})";

    /// <summary>No token of the caller: a cancelled deploy must still release. The answer is what went wrong.</summary>
    internal static async Task<string?> ReleaseAsync(IFlagsApi api, Guid id, FlagsOptions options)
    {
        using var late = new CancellationTokenSource(Releasing, options.TimeProvider);
        var backoff = new Backoff(options.Random);
        try
        {
            while (true)
            {
                try
                {
                    await api.ReleaseHoldAsync(id, null, late.Token).ConfigureAwait(false);
                    return null;
                }
                catch (FlagsUnavailableException)
                {
                    await Task.Delay(backoff.Next(), options.TimeProvider, late.Token).ConfigureAwait(false);
                }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or FlagsProblemException or ObjectDisposedException)
        {
            return failure.Message;
        }
    }

    private async Task RenewAsync()
    {
        TimeSpan pause = deadline.LeftOf(ttl / 3);
        while (true)
        {
            await Task.Delay(pause, options.TimeProvider, ends.Token).ConfigureAwait(false);
            if (!deadline.IsLive)
                return;
            pause = await ExtendAsync().ConfigureAwait(false) ? ttl / 3 : (ttl / 12 < LongestPause ? ttl / 12 : LongestPause) * (0.5 + (options.Random() / 2));
        }
    }

    /// <summary>False when it is to be tried again soon.</summary>
    private async Task<bool> ExtendAsync()
    {
        long sent = options.TimeProvider.GetTimestamp();
        try
        {
            TimeSpan limit = deadline.Remaining / 2;
            using var late = new CancellationTokenSource(limit > Quickest ? limit : Quickest, options.TimeProvider);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ends.Token);
            ExtendedHold extended = await api.ExtendHoldAsync(Id, new ExtendHold(Token, new Duration(ttl)), either.Token).ConfigureAwait(false);
            deadline.Extend(sent, TimeSpan.FromSeconds(extended.ExpiresInSeconds));
            return true;
        }
        catch (FlagsProblemException refusal) when (refusal.Problem.Status == 410)
        {
            deadline.Lose(refusal.Problem.Detail.TrimEnd('.'));
            return true;
        }
        catch (Exception failure) when (failure is FlagsUnavailableException or FlagsProblemException or ObjectDisposedException || (failure is OperationCanceledException && !ends.IsCancellationRequested))
        {
            LogNotExtended(Id, deadline.Remaining.TotalSeconds, failure.Message);
            return false;
        }
    }

    [LoggerMessage(140, LogLevel.Warning, "The hold {Id} could not be extended and ends in {Seconds:0} s unless that succeeds: {Problem}")]
    private partial void LogNotExtended(Guid id, double seconds, string problem);

    [LoggerMessage(141, LogLevel.Warning, "The release of the hold {Id} was not acknowledged; it ends with its TTL: {Problem}")]
    private partial void LogNotReleased(Guid id, string problem);
}
