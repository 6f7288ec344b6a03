namespace Flags.Checker;

/// <summary>Invariant 16: after a fail-over nobody trusts what may have been forgotten.</summary>
internal static class Recovering
{
    public static IEnumerable<string> DrainedUnderGuard(Lives lives, Tolerance tolerance)
    {
        foreach (Event generation in lives.All(Operation.Generation).Where(e => e is { Answered: not null, At: not null }))
        {
            Event? waive = lives.All(Operation.Waive).Where(e => e.Sent > generation.Sent).MinBy(e => e.Sent);
            long guarded = Math.Min(generation.At!.Value + Clock.Of(generation.ExpiresInSeconds), waive?.At ?? long.MaxValue);
            foreach (Event drained in lives.All(Operation.Drain).Where(e => e.Outcome == "drained" && e.At > generation.At && e.At < guarded).DistinctBy(e => e.Id))
                yield return $"hold {drained.Id} drained at {drained.At}, guarded from {generation.At} to {guarded}";
            long closed = Math.Min(generation.Sent + generation.Count * Clock.Second, waive?.Sent ?? long.MaxValue);
            foreach (LeaseLife lease in lives.Leases.Where(l => l.Grant is { Outcome: "entered" } grant && grant.Sent > generation.Answered && l.Start < closed))
                yield return $"lease {lease.Id} entered {lease.Grant!.Sent}..{lease.Start}, guarded from {generation.Answered} to {closed}";
        }
    }
}
