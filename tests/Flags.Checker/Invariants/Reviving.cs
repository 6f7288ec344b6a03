namespace Flags.Checker;

/// <summary>Invariant 7: no way back.</summary>
internal static class Reviving
{
    public static IEnumerable<string> Find(Lives lives, Tolerance tolerance) =>
        lives.Events.Where(e => e.Id != Guid.Empty && e.Operation <= Operation.Revoke).GroupBy(e => e.Id).SelectMany(id => Revived([.. id], tolerance)).Concat(EnteredBetween(lives, tolerance));

    private static IEnumerable<string> Revived(Event[] calls, Tolerance tolerance)
    {
        long gone = calls.Where(IsGone).Min(e => e.Answered) ?? long.MaxValue;
        foreach (Event alive in calls.Where(e => e.IsGrant || e.Outcome == "drained"))
        {
            if (alive.Sent > gone)
                yield return $"{alive.Id} was over {gone}, {alive.Operation} answered {alive.Outcome} {alive.Sent}..{alive.Answered}";
            Event[] before = [.. calls.Where(e => e.Operation is Operation.Enter or Operation.Renew or Operation.Place or Operation.Extend && e.Sent < alive.Sent && e.Number != alive.Number)];
            if (before.Length > 0 && alive.IsGrant && alive.Sent > Lifetimes.Plus(Lifetimes.ExpiredBy(before), tolerance.Clock) && Lifetimes.ExpiredBy(before) > long.MinValue)
                yield return $"{alive.Id} had expired by {Lifetimes.ExpiredBy(before)}, {alive.Operation} answered {alive.Outcome} {alive.Sent}..{alive.Answered}";
        }
    }

    /// <summary>A job that got in while a hold stood has seen it expired; extending it later revives it.</summary>
    private static IEnumerable<string> EnteredBetween(Lives lives, Tolerance tolerance)
    {
        ILookup<Guid, Event> extensions = lives.All(Operation.Extend).Where(e => e.IsGrant).ToLookup(e => e.Id);
        foreach (HoldLife hold in lives.Holds.Where(hold => hold.Grant is not null))
        {
            foreach (Event extended in extensions[hold.Id])
            {
                long until = Math.Min(hold.ReleaseSent, extended.Sent + Clock.Of(extended.ExpiresInSeconds) - tolerance.Clock);
                LeaseLife? lease = hold.Features.SelectMany(feature => lives.Of(feature).GrantedBetween(hold.Start, Math.Min(until, extended.Answered!.Value)))
                    .FirstOrDefault(lease => lease is { Parent: null, Grant: { Outcome: "entered" } grant } && grant.Sent > hold.Start);
                if (lease is not null)
                    yield return $"hold {hold.Id} was extended {extended.Sent}..{extended.Answered} after lease {lease.Id} had entered {lease.Grant!.Sent}..{lease.Start}";
            }
        }
    }

    private static bool IsGone(Event call) => call.Answered is not null && (call.Operation, call.Outcome) is
        (Operation.Enter, "lost") or (Operation.Renew, "expired" or "revoked" or "left") or (Operation.Leave, "expired")
        or (Operation.Place or Operation.Extend or Operation.Drain, "ended") or (Operation.Release, "active" or "drained" or "released" or "expired" or "forced");
}
