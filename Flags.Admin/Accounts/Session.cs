using Flags.Store;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin;

/// <summary>The cookie of a signed-in person: 12 h sliding, for pages only.</summary>
internal static class Session
{
    /// <summary>The policy of every page that is not for everyone.</summary>
    public const string Policy = "page";

    public static readonly string Scheme = IdentityConstants.ApplicationScheme;

    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    public static void AddSession(this IServiceCollection services, bool secure)
    {
        services.AddAuthentication().AddCookie(Scheme, options =>
        {
            options.Cookie.Name = secure ? "__Host-flags" : "flags";
            options.Cookie.Path = "/";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            options.ExpireTimeSpan = Life;
            options.SlidingExpiration = true;
            options.EventsType = typeof(SessionEvents);
        });
        services.AddScoped<SessionEvents>();
        new IdentityBuilder(typeof(Person), typeof(Role), services).AddSignInManager().AddClaimsPrincipalFactory<PersonClaims>();
        services.AddAuthorizationBuilder().AddPolicy(Policy, new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build());
    }
}
