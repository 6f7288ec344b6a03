using Microsoft.Extensions.Logging;

namespace Flags.Client;

public sealed partial class FlagsClient
{
    // For what changes without a change: % of time, expressions with the time of day.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(1);

    /// <summary>Waits until a feature is on, woken by the change. A missing feature is off; outages are waited out: a stale snapshot opens nothing.</summary>
    /// <param name="feature">The feature's name.</param>
    /// <param name="timeout">How long, from 0 (looks once); <see cref="Timeout.InfiniteTimeSpan"/> for ever. Before the first answer of a server the call ends up to 1 s later.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when the time is over and the feature was not seen on.</returns>
    /// <exception cref="FlagsProblemException">The server refuses to say, for example for a wrong key: waiting would not help.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed, also while waiting.</exception>
    public async Task<bool> WaitUntilEnabledAsync(string feature, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(feature);
        RequireTimeout(timeout);
        using var activity = ClientMeter.Activities.StartActivity("flags wait");
        activity?.SetTag("flags.feature", feature);
        string? said = null;
        bool Enabled()
        {
            if (contact.Refusal is { } refused)
                throw new FlagsProblemException(refused.Problem);
            bool stale = contact.IsStale;
            if (!stale && IsEnabled(feature))
                return true;
            string why = stale ? contact.Failure?.Message ?? "The server did not answer yet." : $"{Evaluate(feature).Reason}.";
            if (why != said)
                LogWaiting(feature, said = why);
            return false;
        }

        return await WaitForAsync(Enabled, timeout, cancellationToken, patient: true).ConfigureAwait(false);
    }

    /// <summary>Waits until the snapshot is one that the server called current.</summary>
    /// <param name="timeout">How long, from 0; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when the time is over; checks answer all the same.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed, also while waiting.</exception>
    public Task<bool> WaitUntilReadyAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        RequireTimeout(timeout);
        return WaitForAsync(() => !contact.IsStale, timeout, cancellationToken);
    }

    /// <summary>Looks at every change, and now and then. A patient one waits for the server's first word though the time is over earlier.</summary>
    private async Task<bool> WaitForAsync(Func<bool> condition, TimeSpan timeout, CancellationToken cancellationToken, bool patient = false)
    {
        TimeProvider time = options.TimeProvider;
        long started = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
            // Before the look: what happens after it ends the wait.
            Task moved = holder.Moved;
            if (condition())
                return true;
            TimeSpan waited = time.GetElapsedTime(started);
            bool unheard = patient && contact.Age is null && contact.Failure is null;
            TimeSpan end = unheard && timeout != Timeout.InfiniteTimeSpan && timeout < FirstAnswer ? FirstAnswer : timeout;
            TimeSpan left = end == Timeout.InfiniteTimeSpan ? LookAgain : end - waited;
            if (left <= TimeSpan.Zero)
                return false;
            await moved.WaitAsync(left < LookAgain ? left : LookAgain, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void RequireTimeout(TimeSpan timeout)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
    }

    [LoggerMessage(110, LogLevel.Information, "Waiting until {Feature} is on: {Why}")]
    private partial void LogWaiting(string feature, string why);
}
