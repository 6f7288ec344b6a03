namespace Flags.Checker;

/// <summary>What is known of a lease: when its job was inside, and between which moments the server must have counted it.</summary>
public sealed record LeaseLife
{
    public required Guid Id { get; init; }

    public required string Feature { get; init; }

    public Guid? Parent { get; init; }

    /// <summary>0 when no answer said it.</summary>
    public long Token { get; init; }

    public required long FirstSent { get; init; }

    /// <summary>The call that was answered with a lease; null when none was.</summary>
    public Event? Grant { get; init; }

    /// <summary>When the job knew that it was inside; the end of time when it never did.</summary>
    public long Start => Grant?.Answered ?? long.MaxValue;

    /// <summary>When the job had to be out: it asked to leave, or its own deadline came.</summary>
    public required long End { get; init; }

    /// <summary>The server cannot have ended it before, unless it left.</summary>
    public required long InsideUntil { get; init; }

    /// <summary>The server cannot have counted it after.</summary>
    public required long GoneBy { get; init; }

    /// <summary>Its id cannot be renewed after.</summary>
    public required long ExpiredBy { get; init; }
}
