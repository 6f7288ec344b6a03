using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Claims: one key, done once.</summary>
internal static class ClaimEndpoints
{
    public static void MapClaims(this IEndpointRouteBuilder api)
    {
        api.MapPut("/claims/{key}", ClaimAsync).Needs(Permissions.Claim).Accepts<TakeClaim>(true, "application/json").Produces<GrantedClaim>(201).Produces<GrantedClaim>().Refuses(403, 409, 422, 423, 429).WithName("claim").WithSummary("Claim a key: 201 for the one who does it, 409 for everybody else; the same owner gets the same claim")
            .Takes(QueryParameter.Refuse).InText("The bare token.").Tells(AnswerHeader.Token, AnswerHeader.ExpiresIn);
        api.MapRead("/claims/{key}", GetAsync).Needs(Permissions.Claim).Produces<ClaimInfo>().Refuses(403, 404).WithName("getClaim").WithSummary("What became of a key, with its result")
            .InText("One word: claimed, expired, done or abandoned.");
        api.MapPost("/claims/{key}/complete", CompleteAsync).Needs(Permissions.Claim).Accepts<CompleteClaim>("application/json").Produces<EndedClaim>().Refuses(403, 404, 409, 410, 413).WithName("completeClaim").WithSummary("It is done: nobody claims it again within keep; a second time does nothing")
            .InText("The word done.");
        api.MapPost("/claims/{key}/renew", RenewAsync).Needs(Permissions.Claim).Accepts<RenewClaim>("application/json").Produces<RenewedClaim>().Refuses(403, 404, 409, 410).WithName("renewClaim").WithSummary("Renew a claim; 409 or 410 when it is over: stop the work")
            .InText("Seconds of life.").Tells(AnswerHeader.ExpiresIn);
        api.MapPost("/claims/{key}/abandon", AbandonAsync).Needs(Permissions.Claim).Accepts<AbandonClaim>("application/json").Produces<EndedClaim>().Refuses(403, 404, 409).WithName("abandonClaim").WithSummary("Give a claim back: anybody can have it at once; a second time does nothing")
            .InText("The word abandoned.");
    }

    private static async Task<IResult> ClaimAsync(HttpContext context, ClaimStore claims)
    {
        if (Key(context, out string key) is { } refused)
            return refused;
        (TakeClaim? body, Problem? problem) = await Body.ReadOptionalAsync(context, StrictJson.Context.TakeClaim, new TakeClaim());
        problem ??= ClaimRules.Check(body!);
        if (problem is not null)
            return ProblemResult.Of(problem);
        if (Wait.Read(context, out Wait wait, waits: false) is { } wrong)
            return wrong;
        ClaimAnswer answer = await claims.ClaimAsync(context.Caller(), ClaimRules.Attempt(key, body!), context.RequestAborted);
        return answer.Outcome switch
        {
            ClaimOutcome.Claimed => Granted(context, key, answer, StatusCodes.Status201Created),
            ClaimOutcome.Replay => Granted(context, key, answer, StatusCodes.Status200OK),
            ClaimOutcome.Taken => ProblemResult.Of(ClaimProblems.Taken(key, answer.Seconds)),
            ClaimOutcome.Done => ProblemResult.Of(ClaimProblems.Done(key, answer.Seconds, answer.Result)),
            ClaimOutcome.Recovering => wait.Closed(ClaimProblems.Recovering(answer.Seconds)),
            var other => throw new InvalidOperationException($"No answer to {other}."),
        };
    }

    private static async Task<IResult> GetAsync(HttpContext context, ClaimStore claims)
    {
        if (Key(context, out string key) is { } refused)
            return refused;
        return await claims.FindAsync(key, context.RequestAborted) is { } claim
            ? new LineResult<ClaimInfo>(new JsonResult<ClaimInfo>(claim, FlagsJson.Relaxed.ClaimInfo), claim.State) : ProblemResult.Of(ClaimProblems.Unknown(key));
    }

    /// <summary>What is done is done, even if the caller does not wait for the answer.</summary>
    private static async Task<IResult> CompleteAsync(HttpContext context, ClaimStore claims)
    {
        if (Key(context, out string key) is { } refused)
            return refused;
        (CompleteClaim? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.CompleteClaim);
        problem ??= ClaimRules.Result(body!.Result);
        if (problem is not null)
            return ProblemResult.Of(problem);
        (string outcome, double kept) = await claims.CompleteAsync(context.Caller(), key, body!.Token, body.Result?.GetRawText(), CancellationToken.None);
        return outcome == "done" ? Ended(outcome, kept) : ProblemResult.Of(Refusal(outcome, key, kept));
    }

    private static async Task<IResult> RenewAsync(HttpContext context, ClaimStore claims)
    {
        if (Key(context, out string key) is { } refused)
            return refused;
        (RenewClaim? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.RenewClaim);
        problem ??= HoldRules.Ttl("ttl", body!.Ttl, ClaimRules.LongestTtl);
        if (problem is not null)
            return ProblemResult.Of(problem);
        (string outcome, double seconds) = await claims.RenewAsync(context.Caller(), key, body!.Token, body.Ttl?.Value, context.RequestAborted);
        if (outcome != "renewed")
            return ProblemResult.Of(Refusal(outcome, key, 0));
        context.Response.Headers["Flags-Expires-In"] = Seconds.Of(seconds);
        return new LineResult<RenewedClaim>(new JsonResult<RenewedClaim>(new RenewedClaim(seconds), FlagsJson.Relaxed.RenewedClaim), Seconds.Of(seconds));
    }

    /// <summary>Like leaving: it counts even if the caller does not wait for the answer.</summary>
    private static async Task<IResult> AbandonAsync(HttpContext context, ClaimStore claims)
    {
        if (Key(context, out string key) is { } refused)
            return refused;
        (AbandonClaim? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.AbandonClaim);
        if (problem is not null)
            return ProblemResult.Of(problem);
        (string outcome, double kept) = await claims.AbandonAsync(context.Caller(), key, body!.Token, CancellationToken.None);
        return outcome == "abandoned" ? Ended(outcome, kept) : ProblemResult.Of(Refusal(outcome, key, kept));
    }

    /// <summary>The key from the raw path, if the caller may have it; otherwise the refusal.</summary>
    private static IResult? Key(HttpContext context, out string key)
    {
        if (RawName.Read(context, RawName.Claims, "claim's key", out key) is { } refused)
            return refused;
        if (!context.Caller().Sees(key))
            return ProblemResult.Of(Problems.OutsidePattern(context.Caller(), key, "claims"));
        return ClaimRules.Key(key) is { } problem ? ProblemResult.Of(problem) : null;
    }

    private static LineResult<GrantedClaim> Granted(HttpContext context, string key, ClaimAnswer answer, int status)
    {
        var claim = new GrantedClaim(key, answer.Token, answer.Attempt, answer.Seconds, answer.Seconds / 3);
        return TokenAnswer.Of(context, claim, FlagsJson.Relaxed.GrantedClaim, status, claim.Token, claim.ExpiresInSeconds, context.Request.PathBase + RawName.RawPath(context));
    }

    private static LineResult<EndedClaim> Ended(string state, double kept) => new(new JsonResult<EndedClaim>(new EndedClaim(state, kept), FlagsJson.Relaxed.EndedClaim), state);

    private static Problem Refusal(string outcome, string key, double kept) => outcome switch
    {
        "stale" => ClaimProblems.StaleToken(key),
        "unknown" => ClaimProblems.Unknown(key),
        "done" => ClaimProblems.Done(key, kept),
        "expired" or "abandoned" => ClaimProblems.Lost(key, outcome),
        _ => throw new InvalidOperationException($"A claim answered {outcome}."),
    };
}
