using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>The headers of every answer under <c>/admin</c>; set when the answer starts, so that the error page has them too.</summary>
internal sealed class PageHeaders(RequestDelegate next, PublicAddress address)
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
            headers.Remove("blazor-enhanced-nav");
            return Task.CompletedTask;
        }, context);
        // A proxy in front ends TLS; cookies and links are for the address people use.
        if (address.IsHttps)
            context.Request.Scheme = "https";
        return next(context);
    }
}
