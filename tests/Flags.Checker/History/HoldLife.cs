namespace Flags.Checker;

/// <summary>What is known of a hold.</summary>
public sealed record HoldLife
{
    public required Guid Id { get; init; }

    public required IReadOnlyList<string> Features { get; init; }

    public long Token { get; init; }

    public required long FirstSent { get; init; }

    /// <summary>The call that was answered with the hold; null when none was.</summary>
    public Event? Grant { get; init; }

    public long Start => Grant?.Answered ?? long.MaxValue;

    /// <summary>As far as the deploy may rely on it: it asked to release, or its own deadline came.</summary>
    public required long End { get; init; }

    /// <summary>The first call to release or end it; the end of time when there was none.</summary>
    public required long ReleaseSent { get; init; }

    /// <summary>It cannot have expired before.</summary>
    public required long LivesUntil { get; init; }

    /// <summary>It cannot have lived after.</summary>
    public required long GoneBy { get; init; }

    /// <summary>Whether it ended because somebody ended it.</summary>
    public bool Released { get; init; }

    /// <summary>The first answer that said drained; null when none did.</summary>
    public Event? Drained { get; init; }
}
