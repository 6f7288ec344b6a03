namespace Flags.Checker;

/// <summary>Invariant 18: what one that asked waits for.</summary>
internal static class Takeovers
{
    /// <summary>How long a wish lives after its last call.</summary>
    private const long WishLives = 60 * Clock.Second;

    /// <summary>Judged with one slot: with several another one can be free.</summary>
    public static IEnumerable<string> Strangers(Lives lives, Tolerance tolerance)
    {
        foreach (Event feature in lives.All(Operation.Feature).Where(e => e.Count == 1))
        {
            Event[] asks = [.. lives.All(Operation.Enter).Where(e => e.Takeover && e.Features[0] == feature.Features[0])];
            Event[] full = [.. asks.Where(e => e is { Outcome: "full", Answered: not null }).OrderBy(e => e.Answered)];
            (long From, long To)[] successions = [.. asks.GroupBy(e => e.Id).Select(Succession)];
            HashSet<Guid> askers = [.. asks.Select(e => e.Id)];
            foreach (LeaseLife stranger in lives.Of(feature.Features[0]).Granted.Where(l => !askers.Contains(l.Id)))
            {
                // Whoever was told that it is full, somebody waits from then on, until a successor may have got in.
                Event? waiting = full.LastOrDefault(e => e.Answered < stranger.Grant!.Sent && e.Sent + WishLives > stranger.Start);
                if (waiting is not null && !successions.Any(s => s.To > waiting.Sent && s.From < stranger.Start))
                    yield return $"{stranger.Id} got the slot at {stranger.Start}, {waiting.Id} has waited for it since {waiting.Answered} at the latest";
            }
        }
    }

    /// <summary>Between which moments it got in, if it did: the one inside may have left the slot to it between two of its calls.</summary>
    private static (long From, long To) Succession(IEnumerable<Event> asks)
    {
        Event[] calls = [.. asks.OrderBy(e => e.Sent)];
        // Or it hears that it was in, and is not any more.
        Event? grant = calls.FirstOrDefault(e => e.IsGrant || e is { Answered: not null, Outcome: "lost" });
        Event? still = calls.LastOrDefault(e => e is { Outcome: "full", Answered: not null } && (grant is null || e.Sent < grant.Answered));
        return (grant?.Outcome == "entered" ? grant.Sent : still?.Sent ?? calls[0].Sent, grant?.Answered ?? long.MaxValue);
    }
}
