using Microsoft.Net.Http.Headers;

namespace Flags.Api;

/// <summary>Which form of an answer a caller likes best.</summary>
internal static class Accepted
{
    private static readonly string[] Json = ["application/json", "application/problem+json"];

    /// <summary>Whether text is accepted by its name, and liked better than JSON: <c>*/*</c>, which curl sends by itself, is JSON.</summary>
    public static bool PrefersText(HttpRequest request)
    {
        if (request.Headers.Accept.Count == 0)
            return false;
        IList<MediaTypeHeaderValue> accepted = request.GetTypedHeaders().Accept;
        return Quality(accepted, "text/plain") > Json.Max(type => Quality(accepted, type));
    }

    private static double Quality(IList<MediaTypeHeaderValue> accepted, string type) =>
        accepted.Where(media => media.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(media => media.Quality ?? 1).DefaultIfEmpty().Max();
}
