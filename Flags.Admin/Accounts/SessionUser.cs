using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>
/// Says who is signed in on every path under <c>/admin</c>, also where nobody needs to be: the frame shows the name, and antiforgery values are
/// made and checked for the same person everywhere.
/// </summary>
internal sealed class SessionUser(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/admin/assets"))
            context.User = (await context.AuthenticateAsync(Session.Scheme)).Principal ?? new ClaimsPrincipal(new ClaimsIdentity());
        await next(context);
    }
}
