namespace Flags.Checker;

/// <summary>Invariant 17: claims.</summary>
internal static class Claims
{
    public static IEnumerable<string> Broken(Lives lives, Tolerance tolerance)
    {
        ILookup<string, Event> calls = lives.Events.Where(e => e.Key.Length > 0).ToLookup(e => e.Key);
        foreach (IGrouping<string, ClaimLife> key in ClaimLife.Of(lives.Events).GroupBy(life => life.Key))
        {
            ClaimLife[] inOrder = [.. key.OrderBy(life => life.Start)];
            IEnumerable<string> broken = Doubled(inOrder).Concat(Unordered(inOrder)).Concat(Stale(inOrder, [.. calls[key.Key]])).Concat(Forgotten([.. calls[key.Key]])).Concat(Stuck(inOrder, [.. calls[key.Key]], tolerance));
            foreach (string what in broken)
                yield return what;
        }
    }

    /// <summary>Somebody got what another surely had, or what was done.</summary>
    private static IEnumerable<string> Doubled(ClaimLife[] inOrder)
    {
        ClaimLife? longest = null;
        foreach (ClaimLife life in inOrder)
        {
            // An answer that came after its own life may be older than the other's.
            if (longest is not null && life.Start < longest.BarsUntil && (life.BarsUntil > life.Start || life.Sent() >= longest.Start))
                yield return $"{life.Key}: token {life.Token} was given at {life.Start}, {longest.Token} stands until {longest.BarsUntil}";
            if (longest is null || life.BarsUntil > longest.BarsUntil)
                longest = life;
        }
    }

    private static IEnumerable<string> Unordered(ClaimLife[] inOrder)
    {
        foreach (ClaimLife later in inOrder)
        {
            foreach (ClaimLife earlier in inOrder.TakeWhile(life => life.Start < later.Sent()))
            {
                if (earlier.Token >= later.Token)
                    yield return $"{later.Key}: token {later.Token} after {earlier.Token}";
                if (later.Start < earlier.CountedUntil && later.Grant.Attempt <= earlier.Grant.Attempt && !inOrder.Any(life => life.CountedUntil == long.MinValue && life.Token < later.Token && life.Token > earlier.Token))
                    yield return $"{later.Key}: attempt {later.Grant.Attempt} (token {later.Token}) after attempt {earlier.Grant.Attempt}";
            }
        }
    }

    /// <summary>An older token renewed, completed or gave back what was another's.</summary>
    private static IEnumerable<string> Stale(ClaimLife[] inOrder, Event[] calls)
    {
        foreach (Event call in calls.Where(e => e is { Operation: Operation.Complete, Outcome: "done" } or { Operation: Operation.RenewClaim, Outcome: "renewed" } or { Operation: Operation.Abandon, Outcome: "abandoned" }))
        {
            if (inOrder.FirstOrDefault(life => life.Token > call.Token && life.Start < call.Sent) is { } newer)
                yield return $"{call.Key}: {call.Operation} with token {call.Token} at {call.Sent} was accepted, {newer.Token} was given at {newer.Start}";
        }
    }

    /// <summary>A result that nobody completed it with.</summary>
    private static IEnumerable<string> Forgotten(Event[] calls)
    {
        foreach (Event told in calls.Where(e => e is { Operation: Operation.Claim, Outcome: "done" }))
        {
            if (!calls.Any(e => e.Operation == Operation.Complete && e.Sent < told.Answered && e.Result == told.Result && (e.Answered is null || e.Outcome == "done")))
                yield return $"{told.Key}: done with {told.Result ?? "no result"} at {told.Answered}, which nobody completed it with";
        }
    }

    /// <summary>A dead claimer stood in the way for too long.</summary>
    private static IEnumerable<string> Stuck(ClaimLife[] inOrder, Event[] calls, Tolerance tolerance)
    {
        long[] unknown = [.. calls.Where(e => e is { Operation: Operation.Claim, Answered: null }).Select(e => e.Sent)];
        foreach (Event taken in calls.Where(e => e is { Operation: Operation.Claim, Outcome: "taken" }))
        {
            if (unknown.All(sent => sent > taken.Answered) && inOrder.All(life => life.FirstSent > taken.Answered || Lifetimes.Plus(life.FreeBy, Clock.Second + tolerance.Scheduling) < taken.Sent) && !calls.Any(e => e is { Operation: Operation.Claim, IsGrant: true } && e.Answered > taken.Sent && e.Sent < taken.Answered))
                yield return $"{taken.Key}: still taken at {taken.Sent}, nobody can have it";
        }
    }

    private static long Sent(this ClaimLife life) => life.Grant.Sent;
}
