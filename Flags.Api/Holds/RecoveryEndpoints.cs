using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>After a fail-over or restore.</summary>
internal static class RecoveryEndpoints
{
    public static void MapRecovery(this IEndpointRouteBuilder api) =>
        api.MapPost("/recovery/waive", WaiveAsync).Needs(Permissions.Admin).Accepts<HoldReason>("application/json").Produces<WaivedRecovery>().WithName("waiveRecovery")
            .WithSummary("End the guard after a fail-over or restore")
            .WithDescription("After a fail-over or restore leases and holds may be forgotten, so nothing counts as drained until the longest lease is over. Who knows that no job runs can end that wait; the reason goes to the audit.");

    private static async Task<IResult> WaiveAsync(HttpContext context, RecoveryGuard guard)
    {
        Caller caller = context.Caller();
        (HoldReason? body, Problem? problem) = await Body.ReadAsync(context, StrictJson.Context.HoldReason);
        if (problem is not null || !Preconditions.TryRead(context.Request, body!.Reason, out WriteOptions options, out problem))
            return ProblemResult.Of(problem!);
        // The guard is of all features.
        if (caller.Pattern is not null)
            return ProblemResult.Of(Problems.OutsidePattern(caller, "*"));
        if (HoldRules.Reason(options.Reason) is { } unsaid)
            return ProblemResult.Of(unsaid);
        double? seconds = await guard.WaiveAsync(caller, options.Reason, context.RequestAborted);
        return new JsonResult<WaivedRecovery>(new WaivedRecovery(seconds is not null, seconds ?? 0), FlagsJson.Relaxed.WaivedRecovery);
    }
}
