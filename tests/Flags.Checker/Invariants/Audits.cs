namespace Flags.Checker;

/// <summary>Invariant 14: the books.</summary>
internal static class Audits
{
    public static IEnumerable<string> Missing(Lives lives, Tolerance tolerance)
    {
        ILookup<Guid, Event> audit = lives.All(Operation.AuditRow).ToLookup(e => e.Id);
        Dictionary<Guid, Event> rows = lives.All(Operation.HoldRow).ToDictionary(e => e.Id);
        return rows.Values.SelectMany(row => Hold(row, [.. audit[row.Id]]))
            .Concat(lives.Holds.SelectMany(hold => Acknowledged(lives, hold, rows.GetValueOrDefault(hold.Id))))
            .Concat(audit.Where(id => id.Key != Guid.Empty && !rows.ContainsKey(id.Key)).Select(id => $"{id.Count()} audit rows of hold {id.Key}, which is not there"))
            .Concat(lives.Holds.SelectMany(hold => Revocations(lives, hold, [.. audit[hold.Id]]))).Concat(Switches(lives));
    }

    private static IEnumerable<string> Hold(Event row, Event[] audit)
    {
        bool ended = row.Outcome is not null;
        (string What, int Expected)[] books = [("hold.place", 1), ("hold.drain", row.At is null ? 0 : 1), ("hold.release", row.Outcome == "released" ? 1 : 0), ("hold.expire", row.Outcome == "expired" ? 1 : 0), ("hold.force", row.Outcome == "forced" ? 1 : 0)];
        foreach ((string what, int expected) in books)
        {
            if (audit.Count(e => e.Outcome == what) is var found && found != expected)
                yield return $"hold {row.Id} ({row.Outcome ?? "live"}) has {found} rows {what}";
        }

        Event? end = audit.FirstOrDefault(e => e.Outcome is "hold.release" or "hold.expire" or "hold.force");
        if (ended && end is not null && end.Count != row.Count)
            yield return $"hold {row.Id} ended in transaction {row.Count}, its audit row is of {end.Count}";
    }

    private static IEnumerable<string> Acknowledged(Lives lives, HoldLife hold, Event? row)
    {
        if (hold.Grant is not null && row is null)
            yield return $"hold {hold.Id} was acknowledged {hold.Start} and is not there";
        if (hold.Drained is not null && row is { At: null })
            yield return $"hold {hold.Id} was acknowledged as drained, its row says no";
        if (hold.Released && row is { Outcome: null })
            yield return $"hold {hold.Id} was released, its row says no";
    }

    private static IEnumerable<string> Revocations(Lives lives, HoldLife hold, Event[] audit)
    {
        Event[] revokes = [.. lives.All(Operation.Revoke).Where(e => e.Id == hold.Id)];
        int known = revokes.Count(e => e.Outcome == "revoked"), open = revokes.Count(e => e.Answered is null), found = audit.Count(e => e.Outcome == "hold.revoke");
        if (found < known || found > known + open)
            yield return $"hold {hold.Id} has {found} rows hold.revoke, {known} were acknowledged";
    }

    private static IEnumerable<string> Switches(Lives lives)
    {
        if (!lives.All(Operation.AuditRow).Any())
            yield break;
        foreach ((Operation operation, string what) in new[] { (Operation.Disable, "feature.disable"), (Operation.Enable, "feature.enable") })
        {
            foreach (IGrouping<string, Event> feature in lives.All(operation).GroupBy(e => e.Features[0]))
            {
                int known = feature.Count(e => e.Outcome == "done"), open = feature.Count(e => e.Answered is null);
                int found = lives.All(Operation.AuditRow).Count(e => e.Outcome == what && e.Features.Contains(feature.Key));
                if (found < known || found > known + open)
                    yield return $"feature {feature.Key} has {found} rows {what}, {known} were acknowledged";
            }
        }
    }
}
