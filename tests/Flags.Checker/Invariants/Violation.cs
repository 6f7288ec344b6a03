namespace Flags.Checker;

/// <summary>A broken promise.</summary>
/// <param name="Invariant">Its number in the design of deploy safety.</param>
/// <param name="What">What happened, with ids and times.</param>
public sealed record Violation(int Invariant, string What);

/// <summary>What is allowed for a machine that is shared.</summary>
/// <param name="Clock">Between two clocks of one machine, in microseconds: a life may seem so much shorter.</param>
/// <param name="Scheduling">On top of each bound of a wait, in microseconds.</param>
/// <param name="Wake">How long after a release a waiter may sleep, in microseconds.</param>
public sealed record Tolerance(long Clock, long Scheduling, long Wake)
{
    /// <summary>A quiet machine: the figures of the design.</summary>
    public static Tolerance Strict { get; } = new(20_000, 0, 50_000);

    /// <summary>A test machine with other work: a wake may fall to the net of one second.</summary>
    public static Tolerance Shared { get; } = new(20_000, 1_500_000, 1_100_000);

    /// <summary>A machine on which a single thread may stand still for seconds: then a call that took long says nothing of the store, and how long somebody waited (12, 13) is not judged.</summary>
    public static Tolerance Unhurried { get; } = Shared with { Waits = false };

    /// <summary>Whether invariants 12 and 13 are judged, which are nothing but times.</summary>
    public bool Waits { get; init; } = true;
}
