using Flags.Core;

namespace Flags.Client;

/// <summary>The job may not run now; <see cref="ToString"/> says who holds the feature, why and until when.</summary>
public sealed class NotEntered : EnterResult
{
    internal NotEntered(string feature, Problem problem)
        : base(feature) => Problem = problem;

    internal NotEntered(string feature, FlagsUnavailableException outage)
        : base(feature) => Outage = outage;

    /// <summary>Why.</summary>
    public NotEnteredReason Reason => Problem?.Reason switch
    {
        null => NotEnteredReason.Unreachable,
        "held" => NotEnteredReason.Held,
        "full" => NotEnteredReason.Full,
        "recovering" => NotEnteredReason.Recovering,
        _ => NotEnteredReason.Disabled,
    };

    /// <summary>The live holds in the way: holder, reason, since, until; empty when it is not held.</summary>
    public IReadOnlyList<HoldInfo> Holds => Problem?.Holds ?? [];

    /// <summary>How many jobs are inside; null when the server could not be reached.</summary>
    public int? InFlight => Problem?.InFlight;

    /// <summary>When asking again may help.</summary>
    public TimeSpan RetryAfter => Problem?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Outage?.RetryAfter ?? TimeSpan.FromSeconds(5);

    /// <summary>What the server said; null when it could not be reached.</summary>
    public Problem? Problem { get; }

    /// <summary>Why the server could not be reached; null when it answered.</summary>
    public FlagsUnavailableException? Outage { get; }

    /// <summary>Does nothing: there is nothing to leave.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A sentence for the log: who, why, since when, until when.</summary>
    public override string ToString() => $"{Feature}: {Problem?.Detail ?? Outage?.Message}";
}
