using Flags.Store;

namespace Flags.Api;

/// <summary>What every read of features does first.</summary>
internal static class Reads
{
    /// <summary>The newest features; with the database down the last known, and <c>Flags-Stale</c> says for how long.</summary>
    public static ValueTask<FeatureSet> FeaturesAsync(this HttpContext context) => context.FeaturesAsync(context.RequestServices.GetRequiredService<FeatureCache>());

    /// <summary>For those that have the cache: a request's own services are made only for who asks.</summary>
    /// <inheritdoc cref="FeaturesAsync(HttpContext)"/>
    public static async ValueTask<FeatureSet> FeaturesAsync(this HttpContext context, FeatureCache cache)
    {
        FeatureRead read = await cache.ReadAsync();
        if (read.Stale is { } stale)
            context.Response.Headers["Flags-Stale"] = Math.Ceiling(stale.TotalSeconds).ToString();
        return read.Set;
    }

    /// <summary>GET and HEAD: the framework's own MapGet answers HEAD with 405.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapMethods(pattern, ["GET", "HEAD"], handler);
}
