using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Places a hold; one that may not stand beside another can wait for it.</summary>
internal sealed class HoldPlacing(HoldStore holds, HoldReads reads, LeaseStore leases, FeatureCache cache, Waiting waiting)
{
    public async Task<IResult> PlaceAsync(HttpContext context, Guid id)
    {
        (PlaceHold? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.PlaceHold);
        if (problem is not null)
            return ProblemResult.Of(problem);
        if (Wait.Read(context, out Wait wait) is { } refused)
            return refused;
        Caller caller = context.Caller();
        if (body!.Features.FirstOrDefault(name => !caller.Sees(name)) is { } outside)
            return ProblemResult.Of(Problems.OutsidePattern(caller, outside));
        if (HoldRules.Check(body) is { } wrong)
            return ProblemResult.Of(wrong);
        string[] names = [.. body.Features.Distinct(StringComparer.Ordinal)];
        (int[] ids, string? missing) = await IdsAsync(names, context.RequestAborted);
        if (missing is not null)
            return ProblemResult.Of(Problems.NotFound(missing));
        var attempt = new PlaceAttempt
        {
            Id = id,
            FeatureIds = ids,
            Holder = body.Holder ?? caller.Name,
            Reason = body.Reason,
            Url = body.Url,
            Ttl = body.Ttl?.Value ?? HoldRules.DefaultTtl,
            MaxDuration = body.MaxDuration?.Value ?? HoldRules.DefaultDuration,
            Exclusive = body.Exclusive ?? false,
        };
        PlaceAnswer? known = null;
        return await waiting.UntilAsync(context, wait.Patience, async _ =>
        {
            if (known is not { Other: { } other } || !StillThere(names, other))
                known = await holds.PlaceAsync(caller, attempt, context.RequestAborted);
            return known.Value.Outcome == PlaceOutcome.Conflict
                ? new Look(false, async () => ProblemResult.Of(HoldProblems.Conflict(await OthersAsync(context, names))))
                : Look.Final(await AnswerAsync(context, attempt, known.Value, names));
        });
    }

    /// <summary>A name's id never changes, so the set in memory is fresh enough; the database knows what was deleted.</summary>
    private async Task<(int[] Ids, string? Missing)> IdsAsync(string[] names, CancellationToken cancellation)
    {
        FeatureSet? set = cache.Last;
        if (set is null || names.Any(name => set.Find(name) is null))
        {
            FeatureRead read = await cache.ReadAsync();
            set = read.Stale is null ? read.Set : throw new StoreUnavailableException("The database does not answer.");
        }

        return ([.. names.Select(set.Find).OfType<StoredFeature>().Select(feature => feature.Id)], Array.Find(names, name => set.Find(name) is null));
    }

    private bool StillThere(string[] names, Guid other) =>
        cache.Last is { } set && names.Any(name => set.Find(name)?.Holds.Any(hold => hold.Id == other) == true);

    private Task<IReadOnlyList<HoldInfo>> OthersAsync(HttpContext context, string[] names) => reads.LiveAsync(context.Caller(), names, context.RequestAborted);

    private async Task<IResult> AnswerAsync(HttpContext context, PlaceAttempt attempt, PlaceAnswer answer, string[] names)
    {
        if (answer.Outcome is not (PlaceOutcome.Placed or PlaceOutcome.Replay))
        {
            return ProblemResult.Of(answer.Outcome switch
            {
                PlaceOutcome.Ended => HoldProblems.Ended(attempt.Id),
                PlaceOutcome.IdReused => HoldProblems.IdReused(attempt.Id, "hold"),
                PlaceOutcome.Missing => Problems.NotFound(answer.Missing!),
                _ => throw new InvalidOperationException($"No answer to {answer.Outcome}."),
            });
        }

        IReadOnlyList<LeaseInfo> inside = answer.Inside == 0 ? [] : (await leases.ListAsync(names, context.RequestAborted)).Leases;
        var placed = new PlacedHold(attempt.Id, answer.Token, names, answer.ExpiresAt!.Value, answer.ExpiresInSeconds, answer.Inside, inside);
        int status = answer.Outcome == PlaceOutcome.Placed ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return TokenAnswer.Of(context, placed, FlagsJson.Relaxed.PlacedHold, status, placed.Token, placed.ExpiresInSeconds, $"{context.Request.PathBase}/api/v1/holds/{attempt.Id}");
    }
}
