using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>The headers of every answer under <c>/admin</c>; set when the answer starts, so that the error page has them too.</summary>
internal sealed class PageHeaders(RequestDelegate next)
{
    internal const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            IHeaderDictionary headers = ((HttpContext)state).Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (headers.CacheControl.ToString() is not AssetFiles.Forever)
                headers.CacheControl = "no-store";
            headers.Remove("Pragma");
            return Task.CompletedTask;
        }, context);
        return next(context);
    }
}
