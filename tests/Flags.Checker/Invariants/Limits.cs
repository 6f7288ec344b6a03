namespace Flags.Checker;

/// <summary>Invariant 11: slots.</summary>
internal static class Limits
{
    public static IEnumerable<string> Exceeded(Lives lives, Tolerance tolerance)
    {
        foreach (Event feature in lives.All(Operation.Feature).Where(e => e.Count > 0))
        {
            IEnumerable<LeaseLife> inside = lives.Of(feature.Features[0]).Granted.Where(lease => lease.Start < lease.End);
            // Whoever leaves at the same microsecond as another enters was out before.
            var steps = inside.SelectMany(lease => new[] { (At: lease.Start, Change: 1), (At: lease.End, Change: -1) }).OrderBy(step => step.At).ThenBy(step => step.Change);
            int now = 0;
            foreach ((long at, int change) in steps)
            {
                now += change;
                if (change > 0 && now > feature.Count)
                    yield return $"{now} jobs inside {feature.Features[0]} at {at}, the limit is {feature.Count}";
            }
        }
    }
}
