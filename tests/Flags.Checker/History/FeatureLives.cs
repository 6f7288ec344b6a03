namespace Flags.Checker;

/// <summary>The lives of one feature, sorted so that a long history is checked in little time.</summary>
public sealed class FeatureLives
{
    private readonly LeaseLife[] granted;
    private readonly long[] starts;
    private readonly long[] latestEnds;
    private readonly long[] leasesSent, leasesGone, holdsSent, holdsGone;

    public FeatureLives(IEnumerable<LeaseLife> leases, IEnumerable<HoldLife> holds)
    {
        LeaseLife[] all = [.. leases.OrderBy(lease => lease.FirstSent)];
        Holds = [.. holds.OrderBy(hold => hold.FirstSent)];
        granted = [.. all.Where(lease => lease.Grant is not null).OrderBy(lease => lease.Start)];
        starts = [.. granted.Select(lease => lease.Start)];
        latestEnds = Rising(granted.Select(lease => Math.Max(lease.End, lease.InsideUntil)));
        (leasesSent, leasesGone) = ([.. all.Select(lease => lease.FirstSent)], Rising(all.Select(lease => lease.GoneBy)));
        (holdsSent, holdsGone) = ([.. Holds.Select(hold => hold.FirstSent)], Rising(Holds.Select(hold => hold.GoneBy)));
    }

    public IReadOnlyList<HoldLife> Holds { get; }

    /// <summary>Leases that a job knew of.</summary>
    public IReadOnlyList<LeaseLife> Granted => granted;

    /// <summary>When every lease asked for before <paramref name="time"/> was surely gone.</summary>
    public long LeasesGoneBy(long time) => Latest(leasesSent, leasesGone, time);

    /// <summary>When every hold asked for before <paramref name="time"/> was surely gone.</summary>
    public long HoldsGoneBy(long time) => Latest(holdsSent, holdsGone, time);

    /// <summary>Leases granted between two moments.</summary>
    public IEnumerable<LeaseLife> GrantedBetween(long from, long to)
    {
        for (int i = Before(starts, from); i < granted.Length && starts[i] < to; i++)
            yield return granted[i];
    }

    /// <summary>Leases granted before <paramref name="to"/> that may have lasted beyond <paramref name="from"/>.</summary>
    public IEnumerable<LeaseLife> Reaching(long from, long to)
    {
        for (int i = Before(starts, to) - 1; i >= 0 && latestEnds[i] > from; i--)
            yield return granted[i];
    }

    private static long Latest(long[] sent, long[] gone, long time) => Before(sent, time) is > 0 and var n ? gone[n - 1] : long.MinValue;

    /// <summary>How many are before.</summary>
    private static int Before(long[] times, long time)
    {
        int at = Array.BinarySearch(times, time);
        if (at < 0)
            return ~at;
        while (at > 0 && times[at - 1] == time)
            at--;
        return at;
    }

    /// <summary>Each with the largest of all up to it.</summary>
    private static long[] Rising(IEnumerable<long> values)
    {
        long[] rising = [.. values];
        for (int i = 1; i < rising.Length; i++)
            rising[i] = Math.Max(rising[i], rising[i - 1]);
        return rising;
    }
}
