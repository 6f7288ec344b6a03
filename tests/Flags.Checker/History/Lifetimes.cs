namespace Flags.Checker;

/// <summary>The arithmetic of deadlines, from a client's view.</summary>
internal static class Lifetimes
{
    /// <summary>How long after a client gave up its call can still take effect: the server's limits of a statement, its queue for connections, three attempts.</summary>
    public const long StillUnderWay = 25 * Clock.Second;

    /// <summary>A client stops before the server can forget it: min(1 s, a quarter), at least 2 %.</summary>
    public static double Margin(double ttl) => Math.Max(Math.Min(1, ttl / 4), ttl * 0.02);

    /// <summary>How long past its expiry the server still counts a lease.</summary>
    public static long Grace(double ttl) => Clock.Of(Math.Min(5, ttl / 4));

    /// <summary>Counted from before each call was sent; what is answered after the deadline extends nothing.</summary>
    public static long OwnDeadline(IEnumerable<Event> grants)
    {
        long deadline = long.MinValue;
        foreach (Event grant in grants.OrderBy(grant => grant.Answered))
        {
            long next = grant.Sent + Clock.Of(grant.ExpiresInSeconds - Margin(grant.ExpiresInSeconds));
            if (deadline == long.MinValue || grant.Answered <= deadline)
                deadline = Math.Max(deadline, next);
        }

        return deadline;
    }

    /// <summary>The server's expiry is not before.</summary>
    public static long NotExpiredBefore(IEnumerable<Event> grants) => grants.Max(grant => (long?)grant.Sent + Clock.Of(grant.ExpiresInSeconds)) ?? long.MinValue;

    /// <summary>The server's expiry is not after: an answer says when it began at the latest; without one anything may have happened until the call was surely over.</summary>
    public static long ExpiredBy(IEnumerable<Event> calls)
    {
        long latest = long.MinValue;
        foreach (Event call in calls)
        {
            long? end = call switch
            {
                { IsGrant: true } => call.Answered + Clock.Of(call.ExpiresInSeconds),
                { Answered: not null } => null,
                { GaveUp: { } gaveUp } => gaveUp + StillUnderWay + Clock.Of(call.TtlSeconds),
                _ => long.MaxValue,
            };
            latest = Math.Max(latest, end ?? long.MinValue);
        }

        return latest;
    }

    public static long Plus(long time, long more) => time is long.MaxValue or long.MinValue ? time : time + more;
}
