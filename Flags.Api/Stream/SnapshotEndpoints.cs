using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Everything a client needs to evaluate by itself: the whole, and the changes as they happen.</summary>
internal static class SnapshotEndpoints
{
    public static void MapSnapshots(this IEndpointRouteBuilder api)
    {
        api.MapRead("/snapshot", SnapshotAsync).Needs(Permissions.Evaluate).Produces<SnapshotBody>().Produces(304).WithName("getSnapshot").WithSummary("All features with gates and holds, for local evaluation");
        api.MapGet("/stream", StreamAsync).Needs(Permissions.Evaluate).Produces<string>(200, "text/event-stream").WithName("stream").WithSummary("Server-sent events: change, resync, takeover, ping");
    }

    private static async Task SnapshotAsync(HttpContext context)
    {
        FeatureSet set = await context.FeaturesAsync();
        string? pattern = context.Caller().Pattern;
        string etag = ETags.Of(set, pattern);
        HttpResponse response = context.Response;
        response.Headers.ETag = etag;
        response.Headers.CacheControl = "no-store";
        if (Preconditions.IsNotModified(context.Request, etag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        byte[] body = set.SnapshotBody(pattern);
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext context, ChangeStreams streams, IHostApplicationLifetime lifetime)
    {
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        // Before the first read of the database there is nothing to follow: 503, as for every read.
        await context.FeaturesAsync();
        try
        {
            await streams.RunAsync(context, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client left, or the server stops: an open stream must not delay it.
        }
    }
}
