namespace Flags.Checker;

/// <summary>Invariants 8, 9 and 10: tokens, and what they are for.</summary>
internal static class Tokens
{
    private sealed record Given(string What, Guid Id, long Token, long Sent, long Answered);

    public static IEnumerable<string> Order(Lives lives, Tolerance tolerance)
    {
        Given[] given = [.. lives.Leases.Where(l => l.Grant is not null).Select(l => new Given("lease", l.Id, l.Token, l.FirstSent, l.Start))
            .Concat(lives.Holds.Where(h => h.Grant is not null).Select(h => new Given("hold", h.Id, h.Token, h.FirstSent, h.Start)))];
        foreach (IGrouping<long, Given> same in given.GroupBy(g => g.Token).Where(g => g.Count() > 1))
            yield return $"token {same.Key} was given to {string.Join(", ", same.Select(g => $"{g.What} {g.Id}"))}";
        Given[] answered = [.. given.OrderBy(g => g.Answered)];
        Given? largest = null;
        int next = 0;
        foreach (Given later in given.OrderBy(g => g.Sent))
        {
            for (; next < answered.Length && answered[next].Answered < later.Sent; next++)
                largest = largest is null || answered[next].Token > largest.Token ? answered[next] : largest;
            if (largest is not null && later.Token < largest.Token)
                yield return $"{later.What} {later.Id} asked {later.Sent} got {later.Token}, {largest.What} {largest.Id} had {largest.Token} at {largest.Answered}";
        }
    }

    public static IEnumerable<string> Fencing(Lives lives, Tolerance tolerance)
    {
        ILookup<string, Event> writes = lives.All(Operation.Write).Where(e => e.Outcome == "accepted").ToLookup(e => e.Features[0]);
        foreach (Event published in lives.All(Operation.Publish).Where(e => e.Outcome == "accepted"))
        {
            foreach (Event write in writes[published.Features[0]].Where(e => e.Count > published.Count && e.Token < published.Token))
                yield return $"resource {write.Features[0]} accepted token {write.Token} of {write.Id} (write {write.Count}) after token {published.Token} (write {published.Count})";
        }
    }

    public static IEnumerable<string> Identity(Lives lives, Tolerance tolerance)
    {
        foreach (IGrouping<Guid, Event> id in lives.Events.Where(e => e.Operation is Operation.Enter or Operation.Place && e.IsGrant).GroupBy(e => e.Id))
        {
            if (id.Select(e => e.Token).Distinct().Count() > 1 || id.Select(e => string.Join(' ', e.Features)).Distinct().Count() > 1)
                yield return $"{id.Key} was answered as {string.Join(", ", id.Select(e => $"{string.Join(' ', e.Features)} {e.Token}").Distinct())}";
            if (id.Count(e => e.Outcome is "entered" or "placed") > 1)
                yield return $"{id.Key} was made {id.Count(e => e.Outcome is "entered" or "placed")} times";
        }
    }
}
