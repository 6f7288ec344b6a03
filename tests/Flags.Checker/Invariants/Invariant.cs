namespace Flags.Checker;

/// <summary>One promise, as a pure function over a history.</summary>
public sealed record Invariant(int Number, string Promise, Func<Lives, Tolerance, IEnumerable<string>> Broken)
{
    public static IReadOnlyList<Invariant> All { get; } =
    [
        new(1, "no job is inside a drained hold", Overlaps.InDrainedHolds),
        new(2, "nobody enters after a hold was acknowledged", Entering.DuringHolds),
        new(3, "drained means that the hold lived and every lease before it had left or was past expiry and grace", Draining.TooEarly),
        new(4, "the feature opens only when every hold has ended", Entering.BetweenHolds),
        new(5, "a dead deploy holds until its TTL, and no second longer", Entering.AroundExpiry),
        new(6, "a dead job delays a drain by TTL, grace and a second at most", Draining.TooLate),
        new(7, "what was seen expired never lives again", Reviving.Find),
        new(8, "tokens are unique and grow", Tokens.Order),
        new(9, "a resource that published a token accepts no smaller one", Tokens.Fencing),
        new(10, "the same id is the same object", Tokens.Identity),
        new(11, "no more leases than the limit", Limits.Exceeded),
        new(12, "a hold is acknowledged within the longest running enter and 100 ms", Waits.Starved),
        new(13, "a waiter wakes soon after reopening", Waits.Slept),
        new(14, "every placing, drain, end, revocation and switch has exactly one audit row", Audits.Missing),
        new(15, "off and nobody inside is as good as drained", Overlaps.InSwitchedOffFeatures),
        new(16, "nothing drains before the guard of a new generation ends", Recovering.DrainedUnderGuard),
        new(17, "one live claim a key, attempts grow, the newest token alone completes it, and what is done stays done", Claims.Broken),
        new(18, "a slot that a successor waits for goes to nobody who did not ask", Takeovers.Strangers),
        new(19, "a worker's state and what it is told never go back", Workers.WentBack),
    ];

    /// <summary>All that is broken in a history.</summary>
    /// <param name="events">The history.</param>
    /// <param name="tolerance">What the machine is allowed.</param>
    /// <param name="complete">Whether the rows of the database are part of it.</param>
    public static IReadOnlyList<Violation> Check(IReadOnlyList<Event> events, Tolerance tolerance, bool complete = true)
    {
        var lives = new Lives(events);
        return [.. All.Where(one => complete || one.Number != 14).SelectMany(one => one.Broken(lives, tolerance).Take(20).Select(what => new Violation(one.Number, what)))];
    }
}
