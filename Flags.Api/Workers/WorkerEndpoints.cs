using System.Globalization;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Workers: long-running processes that report how they are, and deploys that wait for them and tell them.</summary>
internal static class WorkerEndpoints
{
    private static readonly QueryParameter Role = new("role", "Only workers of this role."), Version = new("version", "Only workers of this version.");

    public static void MapWorkers(this IEndpointRouteBuilder api)
    {
        api.MapPut("/workers/{id}", HeartbeatAsync).Needs(Permissions.Worker).Accepts<Heartbeat>("application/json").Produces<HeartbeatAnswer>().Refuses(403, 409).WithName("heartbeat").WithSummary("A worker reports its state, and hears what it is told; states never go back")
            .InText("One word: none, quiet or terminate.");
        api.MapRead("/workers", ListAsync).Needs(Permissions.Read).Produces<WorkerList>().Refuses(403).WithName("listWorkers").WithSummary("Workers and their states; lost ones have missed three heartbeats")
            .Takes(Role, Version);
        api.MapRead("/workers/ready", ReadyAsync).Needs(Permissions.Read).Produces<WorkerList>().Refuses(403, 423, 429).WithName("getReadyWorkers").WithSummary("200 when enough workers are ready, 423 with what is missing")
            .Takes(new QueryParameter("role", "The role.", Required: true), Version, new QueryParameter("min", "How many, 1 to 10000; default 1."), QueryParameter.Wait, QueryParameter.Refuse).InText("How many are ready.");
        Instructs(api.MapPost("/workers/quiet", (HttpContext context, WorkerStore workers) => InstructAsync(context, workers, WorkerInstruction.Quiet))).WithName("quietWorkers").WithSummary("Tell workers to take no new jobs; they hear it with their next heartbeat");
        Instructs(api.MapPost("/workers/terminate", (HttpContext context, WorkerStore workers) => InstructAsync(context, workers, WorkerInstruction.Terminate))).WithName("terminateWorkers").WithSummary("Tell workers to end; they hear it with their next heartbeat");
    }

    private static RouteHandlerBuilder Instructs(RouteHandlerBuilder route) =>
        route.Needs(Permissions.Hold).Accepts<InstructWorkers>("application/json").Produces<InstructedWorkers>().Refuses(403).InText("How many were told.");

    private static async Task<IResult> HeartbeatAsync(HttpContext context, WorkerStore workers)
    {
        if (RawName.Read(context, RawName.Workers, "worker's id", out string id) is { } refused)
            return refused;
        (Heartbeat? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.Heartbeat);
        problem ??= WorkerRules.Check(id, body!) ?? Outside(context, body!.Role);
        if (problem is not null)
            return ProblemResult.Of(problem);
        (string outcome, string instruction, string state) = await workers.HeartbeatAsync(context.Caller(), id, body!, CancellationToken.None);
        return outcome switch
        {
            "seen" => new LineResult<HeartbeatAnswer>(new JsonResult<HeartbeatAnswer>(new HeartbeatAnswer(instruction, WorkerRules.Heartbeat.TotalSeconds), FlagsJson.Relaxed.HeartbeatAnswer), instruction),
            "back" => ProblemResult.Of(WorkerProblems.Back(id, body!.State, state)),
            "id-reused" => ProblemResult.Of(WorkerProblems.IdReused(id)),
            _ => throw new InvalidOperationException($"flags.heartbeat answered {outcome}."),
        };
    }

    private static async Task<IResult> ListAsync(HttpContext context, WorkerStore workers)
    {
        if (Filter(context, out string? role, out string? version) is { } refused)
            return refused;
        Caller caller = context.Caller();
        WorkerInfo[] seen = [.. (await workers.ListAsync(role, version, context.RequestAborted)).Where(worker => caller.Sees(worker.Role))];
        return new JsonResult<WorkerList>(new WorkerList(seen), FlagsJson.Relaxed.WorkerList);
    }

    private static async Task<IResult> ReadyAsync(HttpContext context, WorkerStore workers, Waiting waiting)
    {
        if (Filter(context, out string? role, out string? version) is { } refused)
            return refused;
        if (role is null)
            return Query.Refuse([new("role", "is missing")]);
        string min = context.Request.Query["min"].ToString();
        int least = 1;
        if (min.Length > 0 && (!int.TryParse(min, NumberStyles.None, CultureInfo.InvariantCulture, out least) || least is < 1 or > WorkerRules.Most))
            return Query.Refuse([new("min", $"must be from 1 to {WorkerRules.Most}")]);
        if (Wait.Read(context, out Wait wait) is { } wrong)
            return wrong;
        return await waiting.UntilAsync(context, wait.Patience, async _ =>
        {
            IReadOnlyList<WorkerInfo> all = await workers.ListAsync(role, version, context.RequestAborted);
            WorkerInfo[] ready = [.. all.Where(WorkerRules.IsReady)];
            return ready.Length >= least ? Look.Final(new LineResult<WorkerList>(new JsonResult<WorkerList>(new WorkerList(ready), FlagsJson.Relaxed.WorkerList), $"{ready.Length}"))
                : new Look(false, () => Task.FromResult(wait.Closed(WorkerProblems.Missing(role, version, least, all))));
        });
    }

    private static async Task<IResult> InstructAsync(HttpContext context, WorkerStore workers, WorkerInstruction instruction)
    {
        (InstructWorkers? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.InstructWorkers);
        if (problem is not null || !Preconditions.TryRead(context.Request, null, out WriteOptions options, out problem))
            return ProblemResult.Of(problem!);
        problem = WorkerRules.Check(body!) ?? HoldRules.OptionalReason(options.Reason) ?? Outside(context, body!.Role);
        if (problem is not null)
            return ProblemResult.Of(problem);
        int told = await workers.InstructAsync(context.Caller(), body!, instruction, options.Reason, context.RequestAborted);
        return new LineResult<InstructedWorkers>(new JsonResult<InstructedWorkers>(new InstructedWorkers(told), FlagsJson.Relaxed.InstructedWorkers), $"{told}");
    }

    /// <summary>Role and version of the query; null for what is not asked for.</summary>
    private static ProblemResult? Filter(HttpContext context, out string? role, out string? version)
    {
        role = context.Request.Query["role"].ToString() is { Length: > 0 } one ? one : null;
        version = context.Request.Query["version"].ToString() is { Length: > 0 } of ? of : null;
        if ((role + version).Contains('\0', StringComparison.Ordinal))
            return Query.Refuse([new(role?.Contains('\0', StringComparison.Ordinal) == true ? "role" : "version", "must not contain U+0000")]);
        return role is not null && Outside(context, role) is { } problem ? ProblemResult.Of(problem) : null;
    }

    private static Problem? Outside(HttpContext context, string role) => context.Caller().Sees(role) ? null : Problems.OutsidePattern(context.Caller(), role, "workers");
}
