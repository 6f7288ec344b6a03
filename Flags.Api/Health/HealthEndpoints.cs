using Flags.Store;

namespace Flags.Api;

/// <summary><c>/livez</c>: the process answers. <c>/readyz</c>: its database is prepared, writable and answers.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/livez", () => Results.Text("ok\n")).AllowAnonymous().ExcludeFromDescription();
        routes.MapRead("/readyz", ReadyAsync).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> ReadyAsync(HttpContext context, StoreStartup startup)
    {
        string? problem = await startup.ProblemAsync(context.RequestAborted);
        return problem is null ? Results.Text("ready\n") : ProblemResult.Of(Problems.Unavailable(problem));
    }
}
