namespace Flags.Checker;

/// <summary>Invariants 1 and 15: a job and a deploy at once.</summary>
internal static class Overlaps
{
    public static IEnumerable<string> InDrainedHolds(Lives lives, Tolerance tolerance)
    {
        foreach (HoldLife hold in lives.Holds)
        {
            if (hold.Drained is null || hold.Grant is null)
                continue;
            foreach (LeaseLife lease in hold.Features.SelectMany(feature => Inside(lives.Of(feature), hold.Drained.Answered!.Value, hold.End)))
                yield return $"lease {lease.Id} (token {lease.Token}) inside {lease.Start}..{lease.End}, hold {hold.Id} (token {hold.Token}) drained {hold.Drained.Answered}..{hold.End}";
        }
    }

    public static IEnumerable<string> InSwitchedOffFeatures(Lives lives, Tolerance tolerance)
    {
        foreach (Event off in lives.All(Operation.Disable).Where(e => e is { Answered: not null, Outcome: "done" }))
        {
            FeatureLives feature = lives.Of(off.Features[0]);
            long on = lives.All(Operation.Enable).Where(e => e.Features[0] == off.Features[0] && e.Sent > off.Sent).Min(e => (long?)e.Sent) ?? long.MaxValue;
            foreach (LeaseLife lease in feature.GrantedBetween(off.Answered!.Value, on))
            {
                if (lease is { Parent: null, Grant: { Outcome: "entered" } grant } && grant.Sent > off.Answered)
                    yield return $"lease {lease.Id} entered {grant.Sent}..{grant.Answered}, the feature was off from {off.Answered} to {on}";
            }

            Event? empty = lives.All(Operation.Settle).Where(e => e.Features[0] == off.Features[0] && e is { Outcome: "settled", Count: 0 } && e.Sent > off.Answered && e.Answered < on).MinBy(e => e.Answered);
            foreach (LeaseLife lease in empty is null ? [] : Inside(feature, empty.Answered!.Value, on))
                yield return $"lease {lease.Id} inside {lease.Start}..{lease.End}, off and nobody inside {empty!.Answered}..{on}";
        }
    }

    private static IEnumerable<LeaseLife> Inside(FeatureLives feature, long from, long to) =>
        feature.Reaching(from, to).Where(lease => lease.Start < lease.End && lease.Start < to && lease.End > from && from < to);
}
