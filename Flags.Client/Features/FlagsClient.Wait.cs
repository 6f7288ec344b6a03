using Microsoft.Extensions.Logging;

namespace Flags.Client;

public sealed partial class FlagsClient
{
    private static readonly TimeSpan ShortestCall = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a feature is on. A missing feature is off; outages are waited out.</summary>
    /// <remarks>Asks again when the server said so, up to 20 % later, and a last time at the end.</remarks>
    /// <param name="feature">The feature's name.</param>
    /// <param name="timeout">How long, from 0 (asks once); <see cref="Timeout.InfiniteTimeSpan"/> for ever. With a silent server the call ends up to 1 s later.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when the time is over and the feature was not seen on.</returns>
    /// <exception cref="FlagsProblemException">The server refuses to say, for example for a wrong key: waiting would not help.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    public async Task<bool> WaitUntilEnabledAsync(string feature, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (timeout != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        long started = options.TimeProvider.GetTimestamp();
        string? said = null;
        for (int outages = 0; ;)
        {
            Look look = await LookAsync(feature, Left(), cancellationToken).ConfigureAwait(false);
            TimeSpan left = Left();
            if (look.Enabled || left <= TimeSpan.Zero)
                return look.Enabled;
            if (look.Why != said)
                LogWaiting(feature, said = look.Why);
            outages = look.Outage ? outages + 1 : 0;
            TimeSpan pause = look.RetryAfter ?? Pause(outages);
            await Task.Delay(Shorter(Later(pause), left), options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        TimeSpan Left() => timeout == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : timeout - options.TimeProvider.GetElapsedTime(started);
    }

    private readonly record struct Look(bool Enabled, bool Outage, string Why, TimeSpan? RetryAfter);

    private async Task<Look> LookAsync(string feature, TimeSpan left, CancellationToken cancellationToken)
    {
        TimeSpan limit = Shorter(options.Timeout, left > ShortestCall ? left : ShortestCall);
        using var late = new CancellationTokenSource(limit, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            CheckAnswer answer = await Api.CheckAsync(feature, cancellationToken: either.Token).ConfigureAwait(false);
            return new Look(answer.Enabled, false, answer.Off?.Detail ?? "", answer.Off?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        }
        catch (FlagsUnavailableException outage)
        {
            return new Look(false, true, outage.Message, outage.RetryAfter);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Look(false, true, "The server did not answer in time.", null);
        }
    }

    /// <summary>1, 2, 4, then 5 seconds in an outage; 5 where a server answers without saying when.</summary>
    private static TimeSpan Pause(int outages) => TimeSpan.FromSeconds(outages is 0 or > 3 ? 5 : 1 << (outages - 1));

    /// <summary>Up to a fifth later, so that jobs that were refused together do not ask together.</summary>
    private static TimeSpan Later(TimeSpan pause) => Shorter(pause, LongestPause) * (1 + (Random.Shared.NextDouble() / 5));

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(110, LogLevel.Information, "Waiting until {Feature} is on: {Why}")]
    private partial void LogWaiting(string feature, string why);
}
