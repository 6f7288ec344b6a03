namespace Flags.Checker;

/// <summary>Invariant 19: workers.</summary>
internal static class Workers
{
    private static readonly string[] States = ["starting", "ready", "quiet", "stopped"], Instructions = ["none", "quiet", "terminate"];

    public static IEnumerable<string> WentBack(Lives lives, Tolerance tolerance)
    {
        ILookup<string, Event> stopping = lives.All(Operation.Beat).Where(e => e.State == "stopped").ToLookup(e => e.Key);
        foreach (IGrouping<string, Event> worker in lives.Events.Where(e => e is { Operation: Operation.Beat or Operation.Look or Operation.Instruct, Answered: not null, Outcome: "seen" or "told" }).GroupBy(e => e.Key))
        {
            Event[] seen = [.. worker.Where(e => e.Operation != Operation.Instruct)];
            // Nobody is told before it was seen, or when it may have stopped.
            Event[] told = [.. worker.Where(e => e.Operation != Operation.Instruct || (seen.Any(s => s.Answered < e.Sent) && !stopping[e.Key].Any(s => s.Sent < e.Answered)))];
            IEnumerable<string> broken = Back(seen, seen, e => Array.IndexOf(States, e.State), e => e.State)
                .Concat(Back(told, seen, e => Array.IndexOf(Instructions, e.Instruction), e => e.Instruction));
            foreach (string what in broken)
                yield return $"{worker.Key}: {what}";
        }
    }

    /// <summary>What was said before a call was sent, and is more than that call was told.</summary>
    private static IEnumerable<string> Back(Event[] said, Event[] heard, Func<Event, int> rank, Func<Event, string?> word)
    {
        Event[] earlier = [.. said.OrderBy(e => e.Answered)];
        int next = 0;
        Event? furthest = null;
        foreach (Event call in heard.OrderBy(e => e.Sent))
        {
            for (; next < earlier.Length && earlier[next].Answered < call.Sent; next++)
            {
                if (furthest is null || rank(earlier[next]) > rank(furthest))
                    furthest = earlier[next];
            }

            if (furthest is not null && rank(call) < rank(furthest))
                yield return $"{word(call)} at {call.Sent}, {word(furthest)} since {furthest.Answered}";
        }
    }
}
