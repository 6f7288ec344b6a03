namespace Flags.Checker;

/// <summary>Invariants 3 and 6: a drain says neither too early nor too late that everybody has left.</summary>
internal static class Draining
{
    public static IEnumerable<string> TooEarly(Lives lives, Tolerance tolerance)
    {
        ILookup<string, Event> writes = lives.All(Operation.Write).Where(e => e is { Outcome: "accepted", Token: > 0, SurelyTo: not null }).ToLookup(e => e.Features[0]);
        foreach (HoldLife hold in lives.Holds)
        {
            if (hold.Drained is not { Answered: { } answered } drained)
                continue;
            if (drained.Sent > Lifetimes.Plus(hold.GoneBy, tolerance.Clock))
                yield return $"hold {hold.Id} drained {drained.Sent}..{answered}, it was over by {hold.GoneBy}";
            foreach (LeaseLife lease in hold.Features.SelectMany(feature => lives.Of(feature).Reaching(answered + tolerance.Clock, long.MaxValue)))
            {
                if (IsBefore(lease, hold, drained) && lease.InsideUntil > answered + tolerance.Clock)
                    yield return $"hold {hold.Id} drained by {answered}, lease {lease.Id} (granted {lease.Start}) was inside until {lease.InsideUntil}";
            }

            // What was asserted counts as inside until its transaction ends; what a drain has ended cannot be asserted.
            foreach (Event write in hold.Features.SelectMany(feature => writes[feature]).Where(e => e.Token < hold.Token && e.SurelyTo > answered))
                yield return $"hold {hold.Id} drained by {answered}, lease {write.Id} stood asserted {write.SurelyFrom}..{write.SurelyTo}";
        }
    }

    public static IEnumerable<string> TooLate(Lives lives, Tolerance tolerance)
    {
        foreach (Event drain in lives.All(Operation.Drain).Where(e => e is { Answered: not null } && (e.Outcome == "draining" || e is { Outcome: "drained", Waits: true })))
        {
            long answered = drain.Answered!.Value, gone = drain.Features.Max(feature => lives.Of(feature).LeasesGoneBy(answered));
            // A long poll looks at every notification, and once a second; it cannot have looked before it was sent.
            long looked = drain.Waits ? answered - Clock.Second : drain.Sent, due = drain.Waits ? Math.Max(gone, drain.Sent) : gone;
            if (looked > Lifetimes.Plus(due, Clock.Second + tolerance.Scheduling) && !lives.Disturbed(gone, answered))
                yield return $"hold {drain.Id} was told {drain.Outcome} {drain.Sent}..{answered}, everybody was gone by {gone}";
        }
    }

    private static bool IsBefore(LeaseLife lease, HoldLife hold, Event drained) => (hold.Token > 0 && lease.Token < hold.Token) || lease.Start < drained.Sent;
}
