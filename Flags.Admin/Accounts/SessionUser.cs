using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Flags.Admin;

/// <summary>
/// Says who is signed in on every path under <c>/admin</c>, also where nobody needs to be: the frame shows the name, and antiforgery values are
/// made and checked for the same person everywhere.
/// </summary>
internal sealed class SessionUser(RequestDelegate next)
{
    private const long LargestForm = 5 * 1024 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/admin/assets"))
            context.User = (await context.AuthenticateAsync(Session.Scheme)).Principal ?? new ClaimsPrincipal(new ClaimsIdentity());
        // A list of 10,000 actors is larger than the API's ordinary bodies.
        if (context.User.Identity?.IsAuthenticated == true && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = LargestForm;
        await next(context);
    }
}
