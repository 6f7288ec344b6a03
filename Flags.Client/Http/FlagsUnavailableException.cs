namespace Flags.Client;

/// <summary>
/// No usable answer came: nobody listens, the time was over, the server or its database is down, or something that is not Flags answered.
/// Whether a write was done is unknown; reads and conditional writes can be repeated. The message never has a key in it.
/// </summary>
public sealed class FlagsUnavailableException : Exception
{
    /// <summary>An outage.</summary>
    /// <param name="message">What happened, with the address.</param>
    /// <param name="inner">What the network said; null when there was an answer.</param>
    public FlagsUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The status of the unusable answer; null when there was none.</summary>
    public int? Status { get; init; }

    /// <summary>When the server wants to be asked again; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A server that has too much to do is, for whoever waits, one that cannot be reached.</summary>
    internal static FlagsUnavailableException TooMany(FlagsProblemException refusal) => new(refusal.Problem.Detail, refusal)
    {
        Status = refusal.Problem.Status,
        RetryAfter = refusal.Problem.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    };
}
