namespace Flags.Checker;

/// <summary>Invariants 2, 4 and 5: who gets in while somebody holds, and when it opens again.</summary>
internal static class Entering
{
    public static IEnumerable<string> DuringHolds(Lives lives, Tolerance tolerance) =>
        Entered(lives, hold => hold.End).Select(found => Words(found.Lease, found.Hold, found.Hold.End));

    public static IEnumerable<string> BetweenHolds(Lives lives, Tolerance tolerance)
    {
        foreach ((LeaseLife lease, HoldLife hold) in Entered(lives, hold => hold.End))
        {
            HoldLife? other = lives.Of(lease.Feature).Holds.FirstOrDefault(other => other.Id != hold.Id && other.FirstSent < lease.Start && other.ReleaseSent < lease.Start && other.ReleaseSent > hold.FirstSent);
            if (other is not null)
                yield return $"{Words(lease, hold, hold.End)}; hold {other.Id} had ended {other.ReleaseSent}";
        }
    }

    public static IEnumerable<string> AroundExpiry(Lives lives, Tolerance tolerance)
    {
        foreach ((LeaseLife lease, HoldLife hold) in Entered(lives, hold => hold.LivesUntil - tolerance.Clock))
            yield return "too early: " + Words(lease, hold, hold.LivesUntil);
        foreach (Event refused in lives.All(Operation.Enter).Where(e => e is { Outcome: "held", Waits: false }))
        {
            long over = lives.Of(refused.Features[0]).HoldsGoneBy(refused.Answered!.Value);
            if (refused.Sent > Lifetimes.Plus(over, Clock.Second + tolerance.Scheduling) && !lives.Disturbed(over, refused.Answered.Value))
                yield return $"enter {refused.Id} was refused as held {refused.Sent}..{refused.Answered}, all holds were over by {over}";
        }
    }

    /// <summary>Leases of jobs without a parent that asked after a hold was acknowledged and got in before an end of it.</summary>
    private static IEnumerable<(LeaseLife Lease, HoldLife Hold)> Entered(Lives lives, Func<HoldLife, long> end) =>
        from hold in lives.Holds
        where hold.Grant is not null
        from feature in hold.Features
        from lease in lives.Of(feature).GrantedBetween(hold.Start, end(hold))
        where lease is { Parent: null, Grant: { Outcome: "entered" } grant } && grant.Sent > hold.Start
        select (lease, hold);

    private static string Words(LeaseLife lease, HoldLife hold, long end) =>
        $"lease {lease.Id} (token {lease.Token}) entered {lease.Grant!.Sent}..{lease.Start}, hold {hold.Id} (token {hold.Token}) stood {hold.Start}..{end}";
}
