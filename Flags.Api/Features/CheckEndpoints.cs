using System.Globalization;
using Flags.Core;
using Flags.Store;
using Microsoft.Extensions.Primitives;

namespace Flags.Api;

/// <summary>Is it on? For scripts (<c>check</c>), for everybody else (<c>evaluate</c>), and the counts that clients report.</summary>
internal static class CheckEndpoints
{
    /// <summary>Far more than a client can make between two reports; sums of reports stay within what is stored.</summary>
    private const long MostCounted = 1_000_000_000;

    public static void MapChecks(this IEndpointRouteBuilder api)
    {
        api.MapRead("/features/{name}/check", CheckAsync).Needs(Permissions.Evaluate).Produces(204).Refuses(404, 423, 429).WithName("check").WithSummary("204 when on, 423 when off or held: made for curl -f").Takes(new QueryParameter("actor", "Whom to ask for; may be repeated."), new QueryParameter("group", "A group the actors are in; may be repeated."), QueryParameter.Refuse);
        api.MapPost("/features/{name}/evaluate", EvaluateAsync).Needs(Permissions.Evaluate).Accepts<EvaluateFeature>(true, "application/json").Produces<EvaluateAnswer>().WithName("evaluate").WithSummary("Is it on for these actors, and why").Takes(new QueryParameter("explain", "true: one line a gate."));
        api.MapPost("/usage", ReportAsync).Needs(Permissions.Evaluate).Accepts<UsageReport>("application/json").Produces(204).WithName("reportUsage").WithSummary("Counts of checks made elsewhere");
    }

    private static async Task<IResult> CheckAsync(HttpContext context, EvaluationContext evaluation, UsageStore usage, HoldReads holds)
    {
        if (FeatureRequest.Name(context, out string name) is { } refused)
            return refused;
        StringValues ids = context.Request.Query["actor"], groups = context.Request.Query["group"];
        if (TooMuch(ids.Count + groups.Count, ids) is { } problem)
            return problem;
        if (Wait.Read(context, out Wait wait, waits: false) is { } wrong)
            return wrong;
        string[] member = [.. groups.OfType<string>()];
        Actor[] actors = ids.Count == 0 && member.Length > 0 ? [new Actor(null, null, member)] : [.. ids.Select(id => new Actor(id, null, member))];
        FeatureSet set = await context.FeaturesAsync();
        Evaluation answer = set.Snapshot.Evaluate(name, actors, evaluation);
        Count(usage, context, name, answer);
        context.Response.Headers.CacheControl = "no-store";
        return answer switch
        {
            { Enabled: true } => Answer.NoContent,
            { Reason: Reason.NotFound } => ProblemResult.Of(Problems.NotFound(name)),
            { Reason: Reason.Held } => wait.Closed(LeaseProblems.Held(name, await HoldersAsync(context, set, name, holds), null)),
            _ => wait.Closed(Off(name, answer)),
        };
    }

    /// <summary>Who holds and until when; with the database down what the features in memory know, which is not until when.</summary>
    private static async Task<IReadOnlyList<HoldInfo>> HoldersAsync(HttpContext context, FeatureSet set, string name, HoldReads holds)
    {
        try
        {
            if (!context.Response.Headers.ContainsKey("Flags-Stale"))
                return await holds.LiveAsync(context.Caller(), [name], context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            // The check itself was answered; only the details are missing.
        }

        return [.. set.Find(name)!.Holds.Select(hold => new HoldInfo
        {
            Id = hold.Id,
            Features = [name],
            Holder = hold.Holder,
            Reason = hold.Reason,
            State = "active",
            Since = hold.Since,
            ExpiresAt = hold.Since.AddSeconds(hold.HardLimitSeconds),
            ExpiresInSeconds = hold.HardLimitSeconds,
            HardLimitSeconds = hold.HardLimitSeconds,
        })];
    }

    private static Problem Off(string name, Evaluation answer) => answer.Reason switch
    {
        Reason.Denied => Problems.Of("off", 423, "Off", $"\"{name}\" is off: the actor, or a group of it, is denied.", "Remove it from the deny list if it should get the feature."),
        Reason.NoMatch => Problems.Of("off", 423, "Off", $"\"{name}\" is on for some, and no gate is open for this actor.", "POST the actor to …/evaluate?explain=true to see each gate."),
        _ => Problems.Of("off", 423, "Off", $"\"{name}\" is off for everyone.", "Ask again later, or see …/history for who turned it off and why."),
    } with
    { RetryAfterSeconds = 5 };

    private static async Task<IResult> EvaluateAsync(HttpContext context, EvaluationContext evaluation, UsageStore usage)
    {
        if (FeatureRequest.Name(context, out string name) is { } refused)
            return refused;
        var errors = new List<FieldError>();
        bool explain = Query.Flag(context.Request, "explain", errors);
        if (errors.Count > 0)
            return Query.Refuse(errors);
        (EvaluateFeature? body, Problem? problem) = await Body.ReadOptionalAsync(context, StrictJson.Context.EvaluateFeature, new EvaluateFeature());
        if (problem is not null)
            return ProblemResult.Of(problem);
        IReadOnlyList<ActorBody> bodies = body!.Actors ?? [];
        if (bodies.Any(a => a is null))
            return Query.Refuse([new("actors", "must not have a null")]);
        if (TooMuch(bodies.Count, bodies.Select(a => a.Id)) is { } many)
            return many;
        Actor[] actors = [.. bodies.Select(a => new Actor(a.Id, a.Properties, a.Groups))];
        FeatureSet set = await context.FeaturesAsync();
        Evaluation answer = set.Snapshot.Evaluate(name, actors, evaluation);
        Count(usage, context, name, answer);
        return new JsonResult<EvaluateAnswer>(new EvaluateAnswer
        {
            Enabled = answer.Enabled,
            Reason = answer.Reason,
            Gate = answer.Gate,
            Version = answer.Version,
            ExpressionFailed = answer.ExpressionFailed,
            Explanation = explain ? set.Snapshot.Explain(name, actors, evaluation) : null,
        }, FlagsJson.Relaxed.EvaluateAnswer);
    }

    private static async Task<IResult> ReportAsync(HttpContext context, UsageStore usage)
    {
        (UsageReport? report, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.UsageReport);
        if (problem is not null)
            return ProblemResult.Of(problem);
        if (report!.Counts.Count > Limits.UsageCounts || report.Counts.Any(c => c is null || c.On is < 0 or > MostCounted || c.Off is < 0 or > MostCounted))
        {
            return ProblemResult.Of(Problems.Invalid("Send the counts in smaller batches.",
                new FieldError("counts", string.Create(CultureInfo.InvariantCulture, $"must be at most {Limits.UsageCounts} counts, each of numbers from 0 to {MostCounted}"))));
        }

        Caller caller = context.Caller();
        await context.FeaturesAsync();
        foreach (UsageCount count in report.Counts.Where(c => caller.Sees(c.Feature)))
            usage.Add(count.Feature, count.On, count.Off, caller.Name);
        return Answer.NoContent;
    }

    private static ProblemResult? TooMuch(int actors, IEnumerable<string?> ids)
    {
        if (actors > Limits.ActorsPerCheck)
            return ProblemResult.Of(Problems.Invalid("Ask for fewer actors at once.", new FieldError("actors", $"are {actors}; at most {Limits.ActorsPerCheck} are allowed")));
        int longest = ids.Select(id => id?.Length ?? 0).DefaultIfEmpty().Max();
        return longest <= Limits.ActorIdLength ? null
            : ProblemResult.Of(Problems.Invalid("Use shorter ids.", new FieldError("actors", $"have an id of {longest} characters; at most {Limits.ActorIdLength} are allowed")));
    }

    private static void Count(UsageStore usage, HttpContext context, string name, Evaluation answer) =>
        usage.Add(name, answer.Enabled ? 1 : 0, answer.Enabled ? 0 : 1, context.Caller().Name);
}
