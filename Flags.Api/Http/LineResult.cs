using System.Globalization;
using System.Text.Json.Serialization.Metadata;

namespace Flags.Api;

/// <summary>An answer as JSON, or as one line for a shell that accepts <c>text/plain</c>.</summary>
internal sealed class LineResult<T>(JsonResult<T> json, string line, int status = StatusCodes.Status200OK) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.Headers.Vary = "Accept";
        if (!Accepted.PrefersText(httpContext.Request))
        {
            await json.ExecuteAsync(httpContext);
            return;
        }

        response.Headers.CacheControl = "no-store";
        if (json.Location is not null)
            response.Headers.Location = json.Location;
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        await response.WriteAsync(line, httpContext.RequestAborted);
    }
}

/// <summary>A created hold or lease: token and life are headers too, and the line is the bare token.</summary>
internal static class TokenAnswer
{
    public static LineResult<T> Of<T>(HttpContext context, T body, JsonTypeInfo<T> type, int status, long token, double expiresInSeconds, string location)
    {
        string bare = token.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["Flags-Token"] = bare;
        context.Response.Headers["Flags-Expires-In"] = Seconds.Of(expiresInSeconds);
        return new LineResult<T>(new JsonResult<T>(body, type, status) { Location = location }, bare, status);
    }
}

internal static class Seconds
{
    /// <summary>To the millisecond, with a point in every culture.</summary>
    public static string Of(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);
}
