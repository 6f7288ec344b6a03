namespace Flags.Checker;

/// <summary>Invariants 12 and 13: how long deploys and jobs wait.</summary>
internal static class Waits
{
    private const long Slowest = 100 * Clock.Millisecond;

    public static IEnumerable<string> Starved(Lives lives, Tolerance tolerance) =>
        Acknowledged(lives, orNot: true).Where(ack => tolerance.Waits && ack.Took > ack.LongestBeside + Slowest + tolerance.Scheduling)
            .Select(ack => $"hold {ack.Place.Id} waited {ack.Took} us to be acknowledged, the longest call beside it took {ack.LongestBeside} us");

    public static IEnumerable<string> Slept(Lives lives, Tolerance tolerance) =>
        Woken(lives).Where(wake => tolerance.Waits && wake.Slept > (wake.Notified ? tolerance.Wake : Clock.Second + 100 * Clock.Millisecond) + tolerance.Scheduling)
            .Select(wake => $"enter {wake.Enter.Id} answered {wake.Enter.Answered}, {wake.Slept} us after reopening{(wake.Notified ? "" : " by expiry")}");

    /// <summary>How long each hold took to place, and the longest call of a job beside it.</summary>
    /// <param name="lives">The history.</param>
    /// <param name="orNot">Also those that were not acknowledged, as long as they are known to have waited.</param>
    public static IEnumerable<(Event Place, long Took, long LongestBeside)> Acknowledged(Lives lives, bool orNot = false)
    {
        long now = lives.Events.Select(e => e.Answered ?? e.Sent).DefaultIfEmpty().Max();
        Event[] jobs = [.. lives.Events.Where(e => e is { Answered: not null, Waits: false } && e.Operation is Operation.Enter or Operation.Renew or Operation.Leave).OrderBy(e => e.Sent)];
        long[] sent = [.. jobs.Select(e => e.Sent)];
        long longest = jobs.Select(e => e.Answered!.Value - e.Sent).DefaultIfEmpty().Max();
        foreach (Event place in lives.All(Operation.Place).Where(e => !e.Waits && (e.Outcome == "placed" || (orNot && e.Answered is null))))
        {
            long end = place.Answered ?? place.GaveUp ?? now;
            if (lives.Disturbed(place.Sent, end))
                continue;
            long beside = 0;
            int from = Array.BinarySearch(sent, place.Sent - longest);
            for (int i = from < 0 ? ~from : from; i < jobs.Length && sent[i] < end; i++)
            {
                if (jobs[i].Answered > place.Sent && jobs[i].Features.Any(place.Features.Contains))
                    beside = Math.Max(beside, jobs[i].Answered!.Value - jobs[i].Sent);
            }

            yield return (place, end - place.Sent, beside);
        }
    }

    /// <summary>How long after the last hold had ended each waiter got in; those whose reopening is not exactly known are left out.</summary>
    public static IEnumerable<(Event Enter, long Slept, bool Notified)> Woken(Lives lives)
    {
        HashSet<string> others = [.. lives.All(Operation.Feature).Where(e => e.Count > 0).Concat(lives.All(Operation.Disable)).Select(e => e.Features[0])];
        foreach (Event enter in lives.All(Operation.Enter).Where(e => e is { Waits: true, Outcome: "entered" } && !others.Contains(e.Features[0])))
        {
            long answered = enter.Answered!.Value;
            HoldLife[] holds = [.. lives.Of(enter.Features[0]).Holds.Where(hold => hold.FirstSent < answered && hold.GoneBy > enter.Sent)];
            HoldLife? last = holds.MaxBy(hold => hold.GoneBy);
            if (last is not null && last.GoneBy <= answered && !lives.Disturbed(last.GoneBy, answered))
                yield return (enter, answered - last.GoneBy, last.Released);
        }
    }
}
