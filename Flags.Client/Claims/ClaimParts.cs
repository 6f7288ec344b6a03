using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>What claims of a client share.</summary>
internal sealed record ClaimParts(IFlagsApi Api, FlagsOptions Options, ILogger Logger, JobsInside Jobs, GivingBack GivingBack)
{
    private static readonly TimeSpan Abandoning = TimeSpan.FromSeconds(5);

    /// <summary>Gives it back; tried again for 5 s. No token of the caller: who is cancelled must still give back. The answer is what went wrong.</summary>
    public async Task<string?> AbandonAsync(string key, long token)
    {
        using var late = new CancellationTokenSource(Abandoning, Options.TimeProvider);
        try
        {
            await RepeatAsync(ends => Api.AbandonClaimAsync(key, new(token), ends), late.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure) when (failure is OperationCanceledException or FlagsUnavailableException or FlagsProblemException or ObjectDisposedException)
        {
            return failure.Message;
        }
    }

    /// <summary>A call that may be repeated, until it is answered.</summary>
    /// <exception cref="FlagsUnavailableException">Not until <paramref name="ends"/>.</exception>
    public async Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken ends)
    {
        var backoff = new Backoff(Options.Random);
        while (true)
        {
            try
            {
                return await call(ends).ConfigureAwait(false);
            }
            catch (FlagsUnavailableException outage)
            {
                await Task.Delay(backoff.Next(), Options.TimeProvider, ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (ends.IsCancellationRequested)
                    throw new FlagsUnavailableException(outage.Message, outage);
            }
        }
    }
}
