using Flags.Store;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin;

/// <summary>
/// Compares the security stamp once a minute, and whenever a page refreshes itself, so that an open page of somebody who was disabled stops at once; renews
/// nothing for such a page, and sends people to sign in.
/// </summary>
internal sealed class SessionEvents(FeatureCache cache, AuditStore audit, TimeProvider time) : CookieAuthenticationEvents
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromMinutes(1);

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        if (time.GetUtcNow() - context.Properties.IssuedUtc < CheckEvery && !Live.IsRefresh(context.HttpContext))
            return;
        // With the database down the pages stay readable; whoever was signed in stays so until it answers.
        if (await IsDatabaseDownAsync(context.HttpContext))
            return;
        // A scope of its own: a stream would keep the unit of work for as long as it lives.
        await using AsyncServiceScope scope = context.HttpContext.RequestServices.CreateAsyncScope();
        SignInManager<Person> signIn = scope.ServiceProvider.GetRequiredService<SignInManager<Person>>();
        if (await signIn.ValidateSecurityStampAsync(context.Principal) is not { } person)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Session.Scheme);
            return;
        }

        context.ReplacePrincipal(await signIn.CreateUserPrincipalAsync(person));
        context.ShouldRenew = !Live.IsRefresh(context.HttpContext);
    }

    /// <summary>Renewals keep it: it says when somebody showed a passkey or typed a passphrase.</summary>
    public override Task SigningIn(CookieSigningInContext context)
    {
        context.Properties.Items[Session.SignedInAt] = time.GetUtcNow().ToUnixTimeSeconds().ToString();
        return Task.CompletedTask;
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

    /// <summary>A page for admins only: who tried to send its forms is in the audit, as with every other form.</summary>
    public override async Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        HttpContext http = context.HttpContext;
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        if (HttpMethods.IsPost(http.Request.Method))
            await audit.RefusedAsync(http.RequestServices.GetRequiredService<Visit>().Caller, "page", http.Request.Path.Value ?? "", http.RequestAborted);
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
