using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>The header of requests that the pages' script makes: <c>refresh</c> for a page that looks again by itself, <c>action</c> for a form.</summary>
internal static class Live
{
    public const string Header = "Flags-Live";

    public static bool IsAny(HttpContext context) => context.Request.Headers.ContainsKey(Header) || IsStream(context);

    /// <summary>Nobody asked for this one, so it must not keep a session alive.</summary>
    public static bool IsRefresh(HttpContext context) => context.Request.Headers[Header] == "refresh" || IsStream(context);

    private static bool IsStream(HttpContext context) => context.Request.Path.StartsWithSegments("/admin/events");
}
