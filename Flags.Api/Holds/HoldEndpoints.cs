using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Holds: a deploy's order that features are off for everyone, for now.</summary>
internal static class HoldEndpoints
{
    private static readonly AnswerHeader Was = new("Flags-Hold-Was", "What it was: active, drained, released, expired, forced or unknown.");

    public static void MapHolds(this IEndpointRouteBuilder api)
    {
        api.MapPut("/holds/{id}", (HttpContext context, string id, HoldPlacing placing) => Ids.Read(id, out Guid read) is { } refused ? Task.FromResult(refused) : placing.PlaceAsync(context, read))
            .Needs(Permissions.Hold).Accepts<PlaceHold>("application/json").Produces<PlacedHold>(201).Produces<PlacedHold>().Refuses(404, 409, 410).WithName("placeHold").WithSummary("Hold features: off for everyone until released or expired; the same id gives the same hold")
            .Takes(QueryParameter.Wait).InText("The bare token.").Tells(AnswerHeader.Token, AnswerHeader.ExpiresIn);
        api.MapPost("/holds", (HttpContext context, HoldPlacing placing) => placing.PlaceAsync(context, Guid.NewGuid()))
            .Needs(Permissions.Hold).Accepts<PlaceHold>("application/json").Produces<PlacedHold>(201).Refuses(404, 409).WithName("createHold").WithSummary("Hold features under an id that the server chooses")
            .Takes(QueryParameter.Wait).InText("The bare token.").Tells(AnswerHeader.Token, AnswerHeader.ExpiresIn);
        api.MapRead("/holds", ListAsync).Needs(Permissions.Read).Produces<HoldList>().WithName("listHolds").WithSummary("Holds, newest first, without tokens of others")
            .Takes(new QueryParameter("feature", "Only holds of this feature."), new QueryParameter("active", "true: only live ones; false: only ended ones."), QueryParameter.Limit, QueryParameter.Cursor);
        api.MapRead("/holds/{id}", GetAsync).Needs(Permissions.Read).Produces<HoldInfo>().Refuses(404).WithName("getHold").WithSummary("One hold, live or ended");
        api.MapPost("/holds/{id}/extend", ExtendAsync).Needs(Permissions.Hold).Accepts<ExtendHold>("application/json").Produces<ExtendedHold>().Refuses(404, 409, 410).WithName("extendHold").WithSummary("Renew a hold, up to its maxDuration")
            .InText("Seconds of life.").Tells(AnswerHeader.ExpiresIn);
        api.MapGet("/holds/{id}/drained", (HttpContext context, string id, HoldDrain drain) => Ids.Read(id, out Guid read) is { } refused ? Task.FromResult(refused) : drain.WaitAsync(context, read))
            .Needs(Permissions.Hold).Produces<DrainedHold>().Refuses(404, 410, 423, 429).WithName("getDrained").WithSummary("200 when nobody is inside and nobody can enter, 423 with who is inside")
            .Takes(QueryParameter.Wait, QueryParameter.Refuse).InText("The bare token.").Tells(AnswerHeader.Token);
        api.MapDelete("/holds/{id}", ReleaseAsync).Needs(Permissions.Hold).Produces(204).Refuses(403).WithName("releaseHold").WithSummary("End a hold; a second time does nothing")
            .Tells(Was);
        api.MapPost("/holds/{id}/revoke-leases", RevokeAsync).Needs(Permissions.Hold).Accepts<HoldReason>(true, "application/json").Produces<RevokedLeases>(202).Refuses(403, 404, 410).WithName("revokeLeases").WithSummary("Tell the jobs inside to stop; they count as inside until they leave or expire");
        api.MapPost("/holds/{id}/force-release", ForceAsync).Needs(Permissions.Admin).Accepts<HoldReason>("application/json").Produces(204).Refuses(404, 410).WithName("forceReleaseHold").WithSummary("End somebody else's hold; the reason goes to the audit")
            .Tells(Was);
    }

    private static async Task<IResult> ListAsync(HttpContext context, HoldReads holds)
    {
        var errors = new List<FieldError>();
        HttpRequest request = context.Request;
        Caller caller = context.Caller();
        string feature = request.Query["feature"].ToString(), cursor = request.Query["cursor"].ToString();
        HoldCursor before = default;
        if (cursor.Length > 0 && !HoldCursor.TryParse(cursor, out before))
            errors.Add(new("cursor", "must be the nextCursor of the page before"));
        if (feature.Contains('\0', StringComparison.Ordinal))
            errors.Add(new("feature", "must not contain U+0000"));
        var query = new HoldQuery
        {
            Active = request.Query.ContainsKey("active") ? Query.Flag(request, "active", errors) : null,
            Feature = feature.Length > 0 ? feature : null,
            Limit = Query.Limit(request, errors),
            Before = cursor.Length > 0 ? before : null,
        };
        if (errors.Count > 0)
            return Query.Refuse(errors);
        if (query.Feature is { } name && !caller.Sees(name))
            return ProblemResult.Of(Problems.OutsidePattern(caller, name));
        HoldList list = await holds.ListAsync(caller, query, context.RequestAborted);
        return new JsonResult<HoldList>(list, FlagsJson.Relaxed.HoldList) { Link = Query.Next(request, list.NextCursor) };
    }

    private static Task<IResult> GetAsync(HttpContext context, string id, HoldReads holds) =>
        SeenAsync(context, id, holds, hold => Task.FromResult<IResult>(new JsonResult<HoldInfo>(hold.Info, FlagsJson.Relaxed.HoldInfo)));

    private static async Task<IResult> ExtendAsync(HttpContext context, string id, HoldStore holds, HoldReads reads)
    {
        if (Ids.Read(id, out Guid read) is { } refused)
            return refused;
        (ExtendHold? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.ExtendHold);
        problem ??= HoldRules.Ttl("ttl", body!.Ttl, HoldRules.LongestTtl);
        if (problem is not null)
            return ProblemResult.Of(problem);
        (string outcome, double seconds) = await holds.ExtendAsync(context.Caller(), read, body!.Token, body.Ttl?.Value ?? HoldRules.DefaultTtl, context.RequestAborted);
        if (outcome == "foreign")
            return ProblemResult.Of(await reads.ForeignAsync(context.Caller(), read, context.RequestAborted));
        if (outcome != "extended")
            return ProblemResult.Of(Refusal(outcome, read, seconds));
        context.Response.Headers["Flags-Expires-In"] = Seconds.Of(seconds);
        return new LineResult<ExtendedHold>(new JsonResult<ExtendedHold>(new ExtendedHold(seconds), FlagsJson.Relaxed.ExtendedHold), Seconds.Of(seconds));
    }

    /// <summary>A hold that is given back goes back, even if the caller does not wait for the answer.</summary>
    private static async Task<IResult> ReleaseAsync(HttpContext context, string id, HoldStore holds, HoldReads reads)
    {
        if (Ids.Read(id, out Guid read) is { } refused)
            return refused;
        if (!Preconditions.TryRead(context.Request, null, out WriteOptions options, out Problem? problem) || (problem = HoldRules.OptionalReason(options.Reason)) is not null)
            return ProblemResult.Of(problem!);
        string was = await holds.ReleaseAsync(context.Caller(), read, options.Reason, CancellationToken.None);
        if (was == "foreign")
            return ProblemResult.Of(await reads.ForeignAsync(context.Caller(), read, context.RequestAborted));
        context.Response.Headers["Flags-Hold-Was"] = was;
        return Answer.NoContent;
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, string id, HoldStore holds, HoldReads reads)
    {
        (HoldReason? body, Problem? problem) = await Body.ReadOptionalAsync(context, StrictJson.Context.HoldReason, new HoldReason());
        if (problem is not null || !Preconditions.TryRead(context.Request, body!.Reason, out WriteOptions options, out problem))
            return ProblemResult.Of(problem!);
        if (HoldRules.OptionalReason(options.Reason) is { } wrong)
            return ProblemResult.Of(wrong);
        return await SeenAsync(context, id, reads, async hold =>
        {
            if (!hold.Own && !context.Caller().May(Permissions.Admin))
                return ProblemResult.Of(HoldProblems.NotYours(hold.Info.Id));
            return await holds.RevokeLeasesAsync(context.Caller(), hold.Info.Id, options.Reason, context.RequestAborted) is { } told
                ? new JsonResult<RevokedLeases>(new RevokedLeases(told), FlagsJson.Relaxed.RevokedLeases, 202)
                : ProblemResult.Of(HoldProblems.Ended(hold.Info.Id));
        });
    }

    private static async Task<IResult> ForceAsync(HttpContext context, string id, HoldStore holds, HoldReads reads)
    {
        (HoldReason? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.HoldReason);
        if (problem is not null || !Preconditions.TryRead(context.Request, body!.Reason, out WriteOptions options, out problem))
            return ProblemResult.Of(problem!);
        if (HoldRules.Reason(options.Reason) is { } unsaid)
            return ProblemResult.Of(unsaid);
        return await SeenAsync(context, id, reads, async hold =>
        {
            string was = await holds.EndAsync(context.Caller(), hold.Info.Id, "forced", options.Reason, CancellationToken.None);
            context.Response.Headers["Flags-Hold-Was"] = was;
            return was is "active" or "drained" ? Answer.NoContent : ProblemResult.Of(HoldProblems.Ended(hold.Info.Id));
        });
    }

    private static async Task<IResult> SeenAsync(HttpContext context, string id, HoldReads holds, Func<SeenHold, Task<IResult>> answer)
    {
        if (Ids.Read(id, out Guid read) is { } refused)
            return refused;
        SeenHold? hold = await holds.FindAsync(context.Caller(), read, context.RequestAborted);
        if (hold is null)
            return ProblemResult.Of(HoldProblems.Unknown(read));
        return hold.Visible ? await answer(hold) : ProblemResult.Of(HoldProblems.Outside(context.Caller()));
    }

    private static Problem Refusal(string outcome, Guid id, double seconds) => outcome switch
    {
        "limit" => HoldProblems.AtLimit(id, seconds),
        "ended" => HoldProblems.Ended(id),
        "stale" => HoldProblems.StaleToken(id),
        "unknown" => HoldProblems.Unknown(id),
        _ => throw new InvalidOperationException($"flags.extend_hold answered {outcome}."),
    };
}
