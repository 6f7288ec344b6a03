using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Flags.Core;

namespace Flags.Api;

/// <summary>A body without reflection, with its status, tag and staleness.</summary>
internal sealed class JsonResult<T>(T body, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) : IResult
{
    public string? ETag { get; init; }

    public string? Location { get; init; }

    public string? Link { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.Headers.CacheControl = "no-store";
        if (ETag is not null)
        {
            response.Headers.ETag = ETag;
            if ((HttpMethods.IsGet(httpContext.Request.Method) || HttpMethods.IsHead(httpContext.Request.Method)) && Preconditions.IsNotModified(httpContext.Request, ETag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        if (Location is not null)
            response.Headers.Location = Location;
        if (Link is not null)
            response.Headers.Link = Link;
        response.StatusCode = status;
        response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(response.Body, body, type, httpContext.RequestAborted);
    }
}

/// <summary>Answers of the areas, each with its type's generated writer.</summary>
internal static class Answer
{
    public static JsonResult<Feature> Feature(Store.StoredFeature stored, int status = StatusCodes.Status200OK, string? location = null) =>
        new(stored.Feature, FlagsJson.Relaxed.Feature, status) { ETag = stored.ETag, Location = location };

    /// <summary>After a write: a held feature stays held whatever its gates are now, so the answer says by whom.</summary>
    public static JsonResult<Feature> Feature(HttpContext context, Store.StoredFeature stored)
    {
        if (stored.Holds.Count > 0)
            context.Response.Headers["Flags-Held-By"] = string.Join(", ", stored.Holds.Select(hold => Uri.EscapeDataString(hold.Holder)).Distinct());
        return Feature(stored);
    }

    public static IResult NoContent { get; } = TypedResults.NoContent();
}
