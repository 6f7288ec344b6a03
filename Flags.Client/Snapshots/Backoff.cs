namespace Flags.Client;

/// <summary>
/// How long to pause after a failure: anything from nothing to a ceiling that doubles ("full jitter"), so that clients which lost the same
/// server do not come back together.
/// </summary>
internal sealed class Backoff(Func<double> random)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(30);

    // A server, or a proxy, that says more than this is not believed.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    private int failures;

    /// <summary>Forgets the failures.</summary>
    public void Reset() => failures = 0;

    /// <param name="retryAfter">When the server wants to be asked again; null when it did not say.</param>
    public TimeSpan Next(TimeSpan? retryAfter = null)
    {
        TimeSpan ceiling = Shorter(First * Math.Pow(2, Math.Min(failures++, 10)), Longest);
        return retryAfter is { } told && told > TimeSpan.Zero
            ? Shorter(told, LongestRetryAfter) + (random() * ceiling)
            : random() * ceiling;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
