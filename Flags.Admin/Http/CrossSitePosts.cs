using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>Refuses posts that another site's page sends, before anything reads them; antiforgery values stand behind it.</summary>
internal sealed class CrossSitePosts(RequestDelegate next)
{
    public const string Header = "Sec-Fetch-Site";

    public Task InvokeAsync(HttpContext context)
    {
        bool reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (reads || context.Request.Headers[Header].ToString() is "" or "same-origin" or "none" || context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
