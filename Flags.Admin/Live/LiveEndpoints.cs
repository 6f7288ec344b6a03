using Flags.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flags.Admin;

/// <summary><c>/admin/events?topics=…</c>: server-sent events for the page that is open.</summary>
internal static class LiveEndpoints
{
    public static void MapLiveStreams(this IEndpointRouteBuilder admin) => admin.MapGet("events", RunAsync).RequireAuthorization(Session.Policy);

    private static async Task RunAsync(HttpContext context, LiveStreams streams, FeatureCache cache, Visit visit, IHostApplicationLifetime lifetime)
    {
        string person = visit.Caller.Id;
        if (!streams.TryEnter(person))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "5";
            await context.Response.CompleteAsync();
            return;
        }

        try
        {
            using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            var topics = new LiveTopics(context.Request.Query["topics"], (await cache.ReadAsync()).Set);
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.ContentEncoding = "identity";
            context.Response.Headers["X-Accel-Buffering"] = "no";
            await streams.FollowAsync(context.Response, topics, () => IsStillGoodAsync(context), ends.Token);
        }
        catch (OperationCanceledException)
        {
            // The viewer left, or the server stops: an open stream must not delay it.
        }
        finally
        {
            streams.Leave(person);
        }
    }

    /// <summary>Whether the person may still look, null while the database does not say; asked in a scope of its own, since a stream outlives every unit of work.</summary>
    private static async Task<bool?> IsStillGoodAsync(HttpContext context)
    {
        await using AsyncServiceScope scope = context.RequestServices.CreateAsyncScope();
        if ((await scope.ServiceProvider.GetRequiredService<FeatureCache>().ReadAsync()).Stale is not null)
            return null;
        SignInManager<Person> signIn = scope.ServiceProvider.GetRequiredService<SignInManager<Person>>();
        return await signIn.ValidateSecurityStampAsync(context.User) is not null;
    }
}
