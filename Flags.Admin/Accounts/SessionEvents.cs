using Flags.Store;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;

namespace Flags.Admin;

/// <summary>Compares the security stamp once a minute, renews nothing for a page that refreshes itself, and sends people to sign in.</summary>
internal sealed class SessionEvents(SignInManager<Person> signIn, FeatureCache cache, TimeProvider time) : CookieAuthenticationEvents
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(1);

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (time.GetUtcNow() - context.Properties.IssuedUtc < CheckEvery)
            return;
        // With the database down the pages stay readable; whoever was signed in stays so until it answers.
        if (await IsDatabaseDownAsync(context.HttpContext))
            return;
        if (await signIn.ValidateSecurityStampAsync(context.Principal) is not { } person)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Session.Scheme);
            return;
        }

        context.ReplacePrincipal(await signIn.CreateUserPrincipalAsync(person));
        context.ShouldRenew = !Live.IsRefresh(context.HttpContext);
    }

    public override Task CheckSlidingExpiration(CookieSlidingExpirationContext context)
    {
        context.ShouldRenew &= !Live.IsRefresh(context.HttpContext);
        return Task.CompletedTask;
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        HttpContext http = context.HttpContext;
        if (Live.IsAny(http))
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else
            SeeOther.To(http, http.Request.PathBase + LocalPath.With("/admin/sign-in", ("back", Back(http.Request))));
        return Task.CompletedTask;
    }

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private async Task<bool> IsDatabaseDownAsync(HttpContext http)
    {
        try
        {
            return (await cache.ReadAsync()).Stale is not null;
        }
        catch (StoreUnavailableException)
        {
            return true;
        }
    }

    private static string? Back(HttpRequest request)
    {
        string here = LocalPath.Checked(request.Path + request.QueryString);
        return here == LocalPath.Default ? null : here;
    }
}
