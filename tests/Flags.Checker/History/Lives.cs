namespace Flags.Checker;

/// <summary>A history, read as the lives of its leases and holds.</summary>
public sealed class Lives
{
    private readonly Dictionary<string, FeatureLives> features;

    public Lives(IReadOnlyList<Event> events)
    {
        Events = events;
        Faults = [.. events.Where(e => e.Operation is Operation.Fault or Operation.Crash)];
        ILookup<Guid, Event> byId = events.Where(e => e.Id != Guid.Empty).ToLookup(e => e.Id);
        Leases = [.. byId.Where(id => id.Any(e => e.Operation == Operation.Enter && (e.IsGrant || e.Answered is null))).Select(id => Lease([.. id]))];
        Holds = [.. byId.Where(id => id.Any(e => e.Operation == Operation.Place && (e.IsGrant || e.Answered is null))).Select(id => Hold([.. id]))];
        features = events.SelectMany(e => e.Features).Distinct().ToDictionary(name => name, name => new FeatureLives(
            Leases.Where(lease => lease.Feature == name), Holds.Where(hold => hold.Features.Contains(name))));
    }

    public IReadOnlyList<Event> Events { get; }

    public IReadOnlyList<LeaseLife> Leases { get; }

    public IReadOnlyList<HoldLife> Holds { get; }

    /// <summary>What the run broke, and when it was mended.</summary>
    public IReadOnlyList<Event> Faults { get; }

    public IEnumerable<string> Features => features.Keys;

    public FeatureLives Of(string feature) => features[feature];

    public IEnumerable<Event> All(Operation operation) => Events.Where(e => e.Operation == operation);

    /// <summary>Whether something was broken at that time, so that waiting long proves nothing.</summary>
    public bool Disturbed(long from, long to) => Faults.Any(fault => fault.Sent <= to && (fault.Answered ?? long.MaxValue) >= from);

    private LeaseLife Lease(Event[] calls)
    {
        Event[] enters = [.. calls.Where(e => e.Operation == Operation.Enter).OrderBy(e => e.Sent)];
        Event[] lengthening = [.. calls.Where(e => e.Operation is Operation.Enter or Operation.Renew)];
        Event[] grants = [.. lengthening.Where(e => e.IsGrant)];
        Event? leave = calls.Where(e => e.Operation == Operation.Leave).MinBy(e => e.Sent);
        Event? grant = enters.Where(e => e.IsGrant).MinBy(e => e.Answered);
        long left = leave?.Sent ?? long.MaxValue, expired = Lifetimes.ExpiredBy(lengthening);
        long grace = Lifetimes.Grace(lengthening.Max(e => e.TtlSeconds));
        long committed = calls.Where(e => e.Operation == Operation.Write && e.Outcome != "refused").Max(e => (long?)(e.Answered ?? Lifetimes.Plus(e.GaveUp ?? long.MaxValue, Lifetimes.StillUnderWay))) ?? long.MinValue;
        bool surelyLeft = leave is { Outcome: "live", Answered: not null } && !Faults.Any(f => f.Operation == Operation.Crash && f.Sent >= leave.Sent && f.Sent <= leave.Answered + 2 * Clock.Second);
        return new LeaseLife
        {
            Id = enters[0].Id,
            Feature = enters[0].Features[0],
            Parent = enters[0].Parent,
            Token = grant?.Token ?? 0,
            FirstSent = enters[0].Sent,
            Grant = grant,
            End = Math.Min(left, Lifetimes.OwnDeadline(grants)),
            InsideUntil = Math.Min(left, Lifetimes.Plus(Lifetimes.NotExpiredBefore(grants), grants.Length > 0 ? Lifetimes.Grace(grants.Min(g => g.TtlSeconds)) : 0)),
            GoneBy = surelyLeft ? leave!.Answered!.Value : Math.Max(committed, Lifetimes.Plus(expired, grace)),
            ExpiredBy = expired,
        };
    }

    private static HoldLife Hold(Event[] calls)
    {
        Event[] places = [.. calls.Where(e => e.Operation == Operation.Place).OrderBy(e => e.Sent)];
        Event[] lengthening = [.. calls.Where(e => e.Operation is Operation.Place or Operation.Extend)];
        Event[] grants = [.. lengthening.Where(e => e.IsGrant)];
        Event[] releases = [.. calls.Where(e => e.Operation == Operation.Release)];
        Event? grant = places.Where(e => e.IsGrant).MinBy(e => e.Answered);
        long sent = releases.Min(e => (long?)e.Sent) ?? long.MaxValue;
        long? released = releases.Where(e => e.Outcome is "active" or "drained" or "released" or "forced" or "expired").Min(e => e.Answered);
        return new HoldLife
        {
            Id = places[0].Id,
            Features = places[0].Features,
            Token = grant?.Token ?? 0,
            FirstSent = places[0].Sent,
            Grant = grant,
            End = Math.Min(sent, Lifetimes.OwnDeadline(grants)),
            ReleaseSent = sent,
            LivesUntil = Math.Min(sent, Lifetimes.NotExpiredBefore(grants)),
            GoneBy = Math.Min(released ?? long.MaxValue, Lifetimes.ExpiredBy(lengthening)),
            Released = released is not null && released < Lifetimes.ExpiredBy(lengthening),
            Drained = calls.Where(e => e.Operation == Operation.Drain && e.Outcome == "drained").MinBy(e => e.Answered),
        };
    }
}
