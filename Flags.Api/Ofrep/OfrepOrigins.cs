namespace Flags.Api;

/// <summary>Which web pages may call OFREP. None by default; cookies are never allowed, since the key is in a header.</summary>
internal sealed class OfrepOrigins(WireOptions options)
{
    /// <summary>Lets a configured page read the answer, refusals included.</summary>
    public void Allow(HttpContext context)
    {
        if (options.Origins.Count == 0)
            return;
        HttpResponse response = context.Response;
        response.Headers.Vary = "Origin";
        if (Allowed(context.Request) is not { } origin)
            return;
        response.Headers.AccessControlAllowOrigin = origin;
        response.Headers.AccessControlExposeHeaders = "ETag, Retry-After";
    }

    /// <summary>Answers a browser that asks whether it may call; false when it is none, or may not.</summary>
    public bool TryAnswerPreflight(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsOptions(request.Method) || request.Headers.AccessControlRequestMethod.Count == 0 || Allowed(request) is null)
            return false;
        HttpResponse response = context.Response;
        response.Headers.AccessControlAllowMethods = "POST, GET";
        response.Headers.AccessControlAllowHeaders = "authorization, content-type, if-none-match, x-api-key";
        response.Headers.AccessControlMaxAge = "600";
        response.StatusCode = StatusCodes.Status204NoContent;
        return true;
    }

    private string? Allowed(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && (options.Origins.Contains(origin) || options.Origins.Contains("*")) ? origin : null;
    }
}
