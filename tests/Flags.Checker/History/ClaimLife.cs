namespace Flags.Checker;

/// <summary>What is known of one attempt at a key: between which moments nobody else can have had it.</summary>
public sealed record ClaimLife
{
    /// <summary>The call that was answered with a token, the first of several.</summary>
    public required Event Grant { get; init; }

    public required string Key { get; init; }

    public long Token => Grant.Token;

    public required long FirstSent { get; init; }

    /// <summary>Since then nobody else surely has it.</summary>
    public long Start => Grant.Answered!.Value;

    /// <summary>Until then nobody else surely gets it: its life, for a claim that is only once or done what it is kept for.</summary>
    public required long BarsUntil { get; init; }

    /// <summary>From then on its attempt may be forgotten.</summary>
    public required long CountedUntil { get; init; }

    /// <summary>From then on it surely stands in nobody's way.</summary>
    public required long FreeBy { get; init; }

    public static IReadOnlyList<ClaimLife> Of(IReadOnlyList<Event> events) =>
        [.. events.Where(e => e.Key.Length > 0 && e.Id != Guid.Empty).GroupBy(e => (e.Key, e.Id)).Where(calls => calls.Any(e => e.Operation == Operation.Claim && e.IsGrant)).Select(calls => One([.. calls]))];

    private static ClaimLife One(Event[] calls)
    {
        Event[] lengthening = [.. calls.Where(e => e.Operation is Operation.Claim or Operation.RenewClaim)];
        Event[] grants = [.. lengthening.Where(e => e.IsGrant)];
        Event grant = grants.Where(e => e.Operation == Operation.Claim).MinBy(e => e.Answered)!;
        long kept = Clock.Of(grant.KeepSeconds);
        Event[] completes = [.. calls.Where(e => e is { Operation: Operation.Complete, Outcome: null or "done" })];
        Event? done = completes.FirstOrDefault(e => e is { Answered: not null, Outcome: "done" });
        Event? abandoned = calls.FirstOrDefault(e => e is { Operation: Operation.Abandon, Outcome: null or "abandoned" });
        // A repeated call is told what is left: it began a whole life before that ends.
        long once = grant.Once ? grant.Sent + Clock.Of(grant.ExpiresInSeconds) - Clock.Of(grant.TtlSeconds) + kept : long.MinValue, expires = Lifetimes.NotExpiredBefore(grants);
        long expired = Lifetimes.ExpiredBy(lengthening), last = completes.Max(e => (long?)(e.Answered ?? e.GaveUp + Lifetimes.StillUnderWay ?? long.MaxValue)) ?? long.MinValue;
        return new ClaimLife
        {
            Grant = grant,
            Key = grant.Key,
            FirstSent = lengthening.Min(e => e.Sent),
            BarsUntil = done is not null ? done.Sent + kept : Math.Min(abandoned?.Sent ?? long.MaxValue, Math.Max(expires, once)),
            CountedUntil = completes.Length > 0 ? long.MinValue : expires + kept,
            FreeBy = Math.Max(grant.Once ? Math.Max(expired, Lifetimes.Plus(grant.Answered!.Value, kept)) : expired, Lifetimes.Plus(last, kept)),
        };
    }
}
