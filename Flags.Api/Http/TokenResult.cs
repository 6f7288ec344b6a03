using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Net.Http.Headers;

namespace Flags.Api;

/// <summary>A created hold or lease: token and life are headers too, and a shell that accepts <c>text/plain</c> gets the bare token.</summary>
internal sealed class TokenResult<T>(T body, JsonTypeInfo<T> type, int status, long token, double expiresInSeconds, string location) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        string bare = token.ToString(CultureInfo.InvariantCulture);
        response.Headers["Flags-Token"] = bare;
        response.Headers["Flags-Expires-In"] = expiresInSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        response.Headers.Vary = "Accept";
        if (!WantsText(httpContext.Request))
        {
            await new JsonResult<T>(body, type, status) { Location = location }.ExecuteAsync(httpContext);
            return;
        }

        response.Headers.CacheControl = "no-store";
        response.Headers.Location = location;
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        await response.WriteAsync(bare, httpContext.RequestAborted);
    }

    /// <summary>Whether text is accepted by its name, and liked better than JSON.</summary>
    private static bool WantsText(HttpRequest request)
    {
        IList<MediaTypeHeaderValue> accepted = request.GetTypedHeaders().Accept;
        return Quality(accepted, "text/plain") > Quality(accepted, "application/json");
    }

    private static double Quality(IList<MediaTypeHeaderValue> accepted, string type) =>
        accepted.Where(media => media.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(media => media.Quality ?? 1).DefaultIfEmpty().Max();
}
