using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>What somebody prefers in this browser: colours, time zone, single keys. A cookie each, so the first paint is right and no account is needed.</summary>
internal static class PageCookies
{
    public const string Keys = "flags-keys", Off = "off";

    private static readonly TimeSpan Life = TimeSpan.FromDays(365);

    public static void Set(HttpContext context, string name, string value) => context.Response.Cookies.Append(name, value, new CookieOptions
    {
        MaxAge = Life,
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
    });
}
