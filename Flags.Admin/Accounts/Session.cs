using Flags.Store;
using Microsoft.AspNetCore.Authentication;
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

    internal const string SignedInAt = "signed-in";

    /// <summary>How long a sign-in is enough for keys, whose secrets outlive a session.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Life = TimeSpan.FromHours(12);

    /// <summary>Whether the person signed in a short while ago. An open page that somebody else finds must not hand out keys.</summary>
    public static async Task<bool> IsFreshAsync(HttpContext http, DateTimeOffset now) =>
        (await http.AuthenticateAsync(Scheme)).Properties?.Items.TryGetValue(SignedInAt, out string? at) == true
            && long.TryParse(at, out long seconds) && now - DateTimeOffset.FromUnixTimeSeconds(seconds) < Fresh;

    /// <summary>Where it is shown again; leads back.</summary>
    public static string AgainPath(string back) => LocalPath.With("/admin/sign-in", ("again", "yes"), ("back", back));

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
