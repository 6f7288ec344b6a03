using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>What entering asks.</summary>
internal sealed record EnterParts(LeaseStore Leases, HoldReads Holds, FeatureCache Cache, TimeProvider Time);

/// <summary>
/// One job that wants to enter. It asks the database at once; while it waits, it looks at the features in memory and asks again only when they
/// look open, so that a hundred waiters do not make a hundred queries at every notification.
/// </summary>
internal sealed class Entering(HttpContext context, string name, EnterAttempt attempt, Gatekeeper gates, Wait wait, EnterParts parts)
{
    private const int Tries = 4;

    /// <summary>People see who waits; a row lives for 90 s, a successor's wish for 60 s.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(25), Pause = TimeSpan.FromSeconds(0.9), Late = TimeSpan.FromMilliseconds(5);

    private EnterAnswer? answer;
    private StoredFeature? asked;
    private long askedAt, dueSince;
    private TimeSpan? due;

    public async Task<Look> LookAsync(bool waits)
    {
        bool first = answer is null;
        if (first || await IsWorthAskingAsync(waits))
        {
            answer = await AskAsync(waits);
            due = waits ? await DueAsync(answer.Value) : null;
            // After the answers: counted from before them, the job would ask too early and be held once more.
            dueSince = parts.Time.GetTimestamp();
        }

        return answer!.Value.Outcome switch
        {
            EnterOutcome.Entered => Look.Final(Entered(StatusCodes.Status201Created)),
            // A successor's slot is given to it while it waits.
            EnterOutcome.Replay => Look.Final(Entered(first ? StatusCodes.Status200OK : StatusCodes.Status201Created)),
            EnterOutcome.Held or EnterOutcome.Disabled or EnterOutcome.Full or EnterOutcome.Recovering => new Look(false, RefuseAsync, Due, OnlyChanges: answer.Value.Outcome is EnterOutcome.Held or EnterOutcome.Disabled),
            var other => Look.Final(ProblemResult.Of(Refusal(other))),
        };
    }

    private TimeSpan Elapsed => parts.Time.GetElapsedTime(askedAt);

    private TimeSpan? Due => due - parts.Time.GetElapsedTime(dueSince);

    private async Task<bool> IsWorthAskingAsync(bool waits)
    {
        if ((waits && Elapsed >= Refresh) || Due <= TimeSpan.Zero || parts.Cache.Last is not { } set || set.Find(name) is not { } feature)
            return true;
        return answer!.Value.Outcome switch
        {
            EnterOutcome.Recovering => Elapsed >= Pause,
            EnterOutcome.Full when !attempt.Takeover && feature.Feature.Limit is { } limit =>
                feature.Feature.Version != asked?.Feature.Version || (await parts.Leases.CountAsync(context.RequestAborted)).GetValueOrDefault(feature.Id) < limit,
            EnterOutcome.Full => true,
            // Inside a parent it may enter under a hold, which only the database can say.
            _ when attempt.Parent is not null => feature.Seen != asked?.Seen,
            _ => !feature.Feature.Held && gates.IsOpen(set, feature),
        };
    }

    /// <summary>Evaluates on the features in memory; if they are old, the database says so, and they are read anew.</summary>
    private async Task<EnterAnswer> AskAsync(bool waits)
    {
        FeatureSet? set = parts.Cache.Last;
        for (int attempts = 0; attempts < Tries; attempts++)
        {
            // Another feature that an expression asks for has a version of its own, which the database does not compare.
            if (set?.Find(name) is not { } known || known.Feature.Gates.Expression?.References.Count > 0)
                set = await FreshAsync();
            asked = set.Find(name);
            if (asked is null)
                return new EnterAnswer { Outcome = EnterOutcome.Missing };
            if (attempt.Takeover && asked.Feature.Limit is null)
            {
                set = await FreshAsync();
                if (set.Find(name) is { Feature.Limit: null } unlimited && await AskWithoutSlotsAsync(unlimited) is { } refused)
                    return refused;
                continue;
            }

            askedAt = parts.Time.GetTimestamp();
            EnterAnswer given = await parts.Leases.EnterAsync(context.Caller(), attempt with
            {
                FeatureId = asked.Id,
                Version = asked.Feature.Version,
                Limited = asked.Feature.Limit is not null,
                Open = gates.IsOpen(set, asked),
                Waits = waits,
            }, context.RequestAborted);
            if (given.Outcome != EnterOutcome.Stale)
                return given;
            set = await FreshAsync();
        }

        throw new StoreUnavailableException("The feature changes faster than its gates can be asked.");
    }

    /// <summary>Nothing to take over: with closed gates nobody enters, and a call that is repeated after the limit was taken away still gets its lease. Null when the feature changed meanwhile.</summary>
    private async Task<EnterAnswer?> AskWithoutSlotsAsync(StoredFeature unlimited)
    {
        EnterAnswer given = await parts.Leases.EnterAsync(
            context.Caller(), attempt with { FeatureId = unlimited.Id, Version = unlimited.Feature.Version, Takeover = false, Parent = null }, context.RequestAborted);
        return given.Outcome switch
        {
            EnterOutcome.Stale => null,
            EnterOutcome.Held or EnterOutcome.Disabled or EnterOutcome.Recovering => given with { Outcome = EnterOutcome.NoLimit },
            _ => given,
        };
    }

    private async Task<FeatureSet> FreshAsync()
    {
        FeatureRead read = await parts.Cache.ReadAsync();
        return read.Stale is null ? read.Set : throw new StoreUnavailableException("The database does not answer.");
    }

    /// <summary>When time alone may open it: a hold past its expiry counts as ended before anybody ends it.</summary>
    private async Task<TimeSpan?> DueAsync(EnterAnswer given) => given.Outcome switch
    {
        // None: the hold ended between the two questions.
        EnterOutcome.Held => TimeSpan.FromSeconds((await HoldsAsync()).Select(hold => hold.ExpiresInSeconds).DefaultIfEmpty().Max()) + Late,
        EnterOutcome.Recovering => TimeSpan.FromSeconds(given.RetryAfterSeconds) + Late,
        _ => null,
    };

    private Task<IReadOnlyList<HoldInfo>> HoldsAsync() => parts.Holds.LiveAsync(context.Caller(), [name], context.RequestAborted);

    private LineResult<EnteredLease> Entered(int status)
    {
        EnterAnswer given = answer!.Value;
        var lease = new EnteredLease(attempt.Id, given.Token, name, given.ExpiresAt!.Value, given.ExpiresInSeconds, given.ExpiresInSeconds / 3);
        return TokenAnswer.Of(context, lease, FlagsJson.Relaxed.EnteredLease, status, lease.Token, lease.ExpiresInSeconds, $"{context.Request.PathBase}/api/v1/leases/{attempt.Id}");
    }

    private async Task<IResult> RefuseAsync()
    {
        EnterAnswer given = answer!.Value;
        return wait.Closed(given.Outcome switch
        {
            EnterOutcome.Held => LeaseProblems.Held(name, await HoldsAsync(), given.Inside),
            EnterOutcome.Disabled => LeaseProblems.Disabled(name, given.Inside),
            EnterOutcome.Full => LeaseProblems.Full(name, asked?.Feature.Limit, given.Inside, (await parts.Leases.ListAsync([name], context.RequestAborted)).Leases),
            _ => HoldProblems.Recovering(given.RetryAfterSeconds, given.Inside, "no job enters"),
        });
    }

    private Problem Refusal(EnterOutcome outcome) => outcome switch
    {
        EnterOutcome.Lost => LeaseProblems.Lost(attempt.Id, null),
        EnterOutcome.IdReused => HoldProblems.IdReused(attempt.Id, "lease"),
        EnterOutcome.Missing => Problems.NotFound(name),
        EnterOutcome.NoLimit => LeaseProblems.NoLimit(name),
        EnterOutcome.ParentLost => LeaseProblems.ParentLost(attempt.Parent!.Value),
        EnterOutcome.ParentForeign => LeaseProblems.ParentForeign(attempt.Parent!.Value),
        _ => throw new InvalidOperationException($"No answer to {outcome}."),
    };
}
