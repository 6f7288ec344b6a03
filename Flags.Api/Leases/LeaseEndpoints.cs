using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Leases: a job's recorded permission to be inside.</summary>
internal static class LeaseEndpoints
{
    public static void MapLeases(this IEndpointRouteBuilder api)
    {
        api.MapPut("/features/{name}/leases/{id}", (HttpContext context, string id, EnterRoute enter) => Ids.Read(id, out Guid read) is { } refused ? Task.FromResult(refused) : enter.EnterAsync(context, read))
            .Needs(Permissions.Lease).Accepts<EnterFeature>(true, "application/json").Produces<EnteredLease>(201).Produces<EnteredLease>().Refuses(403, 404, 409, 410, 422, 423, 429).WithName("enterFeature").WithSummary("Enter: 201 with a lease, 423 with who holds; the same id gives the same lease")
            .Takes(QueryParameter.Wait, QueryParameter.Refuse).InText("The bare token.").Tells(AnswerHeader.Token, AnswerHeader.ExpiresIn);
        api.MapPost("/features/{name}/leases", (HttpContext context, EnterRoute enter) => enter.EnterAsync(context, Guid.NewGuid()))
            .Needs(Permissions.Lease).Accepts<EnterFeature>(true, "application/json").Produces<EnteredLease>(201).Refuses(403, 404, 409, 422, 423, 429).WithName("createLease").WithSummary("Enter under an id that the server chooses")
            .Takes(QueryParameter.Wait, QueryParameter.Refuse).InText("The bare token.").Tells(AnswerHeader.Token, AnswerHeader.ExpiresIn);
        api.MapPost("/leases/{id}/renew", RenewAsync).Needs(Permissions.Lease).Accepts<RenewLease>("application/json").Produces<RenewedLease>().Refuses(410).WithName("renewLease").WithSummary("Renew a lease; 410 when it is over: stop the work")
            .InText("Seconds of life, then the words closing and takeover where they apply.");
        api.MapPost("/leases/renew", RenewManyAsync).Needs(Permissions.Lease).Accepts<RenewLeases>("application/json").Produces<RenewedLeases>().WithName("renewLeases").WithSummary("Renew up to 1000 leases at once; each has its outcome");
        api.MapDelete("/leases/{id}", LeaveAsync).Needs(Permissions.Lease).Produces(204).WithName("leaveFeature").WithSummary("Leave; a second time does nothing")
            .Takes(new QueryParameter("token", "The lease's token.", Required: true)).Tells(new AnswerHeader("Flags-Lease-Was", "What it was: live, expired or unknown."));
        api.MapRead("/features/{name}/leases", ListAsync).Needs(Permissions.Read).Produces<LeaseList>().Refuses(404, 423, 429).WithName("listLeases").WithSummary("Who is inside and who waits")
            .Takes(new QueryParameter("until", "empty: 200 only when nobody is inside, else 423; for scripts that only turn the feature off."), QueryParameter.Wait, QueryParameter.Refuse).InText("How many are inside.");
    }

    private static async Task<IResult> RenewAsync(HttpContext context, string id, LeaseRenewal renewal)
    {
        if (Ids.Read(id, out Guid read) is { } refused)
            return refused;
        (RenewLease? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.RenewLease);
        problem ??= renewal.Check(body!.Ttl);
        if (problem is not null)
            return ProblemResult.Of(problem);
        RenewedLease lease = (await renewal.RenewAsync(context, [new LeaseToken(read, body!.Token)], body.Ttl))[0];
        return lease.Outcome switch
        {
            "renewed" => new LineResult<RenewedLease>(new JsonResult<RenewedLease>(lease, FlagsJson.Relaxed.RenewedLease), Line(lease)),
            "stale" => ProblemResult.Of(LeaseProblems.StaleToken(read)),
            _ => ProblemResult.Of(LeaseProblems.Lost(read, lease.Outcome)),
        };
    }

    private static string Line(RenewedLease lease) => $"{Seconds.Of(lease.ExpiresInSeconds)}{(lease.Closing ? " closing" : "")}{(lease.TakeoverRequested ? " takeover" : "")}";

    private static async Task<IResult> RenewManyAsync(HttpContext context, LeaseRenewal renewal)
    {
        (RenewLeases? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.RenewLeases);
        problem ??= renewal.Check(body!);
        if (problem is not null)
            return ProblemResult.Of(problem);
        IReadOnlyList<RenewedLease> leases = await renewal.RenewAsync(context, body!.Leases, body.Ttl);
        return new JsonResult<RenewedLeases>(new RenewedLeases([.. leases.Select(lease => lease.Outcome == "stale" ? lease with { Outcome = "unknown" } : lease)]), FlagsJson.Relaxed.RenewedLeases);
    }

    /// <summary>A job that leaves has left, even if it does not wait for the answer.</summary>
    private static async Task<IResult> LeaveAsync(HttpContext context, string id, LeaseStore leases)
    {
        if (Ids.Read(id, out Guid read) is { } refused)
            return refused;
        if (!long.TryParse(context.Request.Query["token"], out long token))
            return Query.Refuse([new("token", "must be the lease's token, a number")]);
        context.Response.Headers["Flags-Lease-Was"] = await leases.LeaveAsync(context.Caller(), read, token, CancellationToken.None);
        return Answer.NoContent;
    }

    private static async Task<IResult> ListAsync(HttpContext context, LeaseStore leases, Waiting waiting)
    {
        if (FeatureRequest.Name(context, out string name) is { } refused)
            return refused;
        if (Wait.Read(context, out Wait wait) is { } wrong)
            return wrong;
        string until = context.Request.Query["until"].ToString();
        if (until is not ("" or "empty"))
            return Query.Refuse([new("until", "must be empty, the word")]);
        if (until.Length == 0 && wait.Patience > TimeSpan.Zero)
            return Query.Refuse([new("wait", "waits for until=empty")]);
        if ((await context.FeaturesAsync()).Find(name) is not { } feature)
            return ProblemResult.Of(Problems.NotFound(name));
        async Task<IResult> List()
        {
            LeaseList list = await leases.ListAsync([name], context.RequestAborted);
            return new LineResult<LeaseList>(new JsonResult<LeaseList>(list, FlagsJson.Relaxed.LeaseList), $"{list.Leases.Count}");
        }

        if (until.Length == 0)
            return await List();
        return await waiting.UntilAsync(context, wait.Patience, async _ =>
        {
            bool maybe = !(await leases.CountAsync(context.RequestAborted)).ContainsKey(feature.Id);
            return maybe && await leases.SettleAsync(feature.Id, context.RequestAborted) == 0 ? new Look(true, List)
                : new Look(false, async () => wait.Closed(LeaseProblems.Inside(name, (await leases.ListAsync([name], context.RequestAborted)).Leases)));
        });
    }
}
