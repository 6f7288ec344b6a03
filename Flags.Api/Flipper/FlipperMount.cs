using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>
/// Flipper's API at <c>/flipper</c> and <c>/adapter</c>: before routing, because the framework's paths have lost what tells names apart. Who calls and
/// what they may is decided here, on the parsed name.
/// </summary>
internal sealed class FlipperMount(RequestDelegate next, FlipperReads reads, FlipperWrites writes, FlipperImport import, KeyRing keys)
{
    private const int LongestOrigin = 200;

    public async Task InvokeAsync(HttpContext context)
    {
        if (FlipperTarget.Read(context) is not { } target)
        {
            await next(context);
            return;
        }

        if (await WireKey.FindAsync(context, keys, WireKey.OfFlipper(context.Request), Origin(context.Request)) is not { } caller)
            await FlipperAnswer.RefuseAsync(context, FlipperError.Unauthorized);
        else if (Refusal(context, target, caller) is { } error)
            await FlipperAnswer.RefuseAsync(context, error);
        else
            await RunAsync(context, target);
    }

    private Task RunAsync(HttpContext context, FlipperTarget target)
    {
        bool isRead = IsRead(context.Request.Method);
        return target.Route switch
        {
            FlipperRoute.List => isRead ? reads.ListAsync(context, target) : writes.CreateAsync(context, target),
            FlipperRoute.Feature => isRead ? FlipperReads.OneAsync(context, target) : writes.DeleteAsync(context, target),
            FlipperRoute.Gate => writes.GateAsync(context, target),
            FlipperRoute.Clear => writes.ClearAsync(context, target),
            FlipperRoute.Actor => reads.ActorAsync(context, target),
            FlipperRoute.Import => import.ImportAsync(context, target),
            FlipperRoute.Telemetry => import.TelemetryAsync(context),
            _ => FlipperAnswer.UnknownAsync(context),
        };
    }

    private static FlipperError? Refusal(HttpContext context, FlipperTarget target, Caller caller)
    {
        if (target.Route == FlipperRoute.Malformed)
            return FlipperError.Invalid;
        if (Methods(target.Route) is not { } methods)
            return null;
        string method = context.Request.Method;
        if (!methods.Contains(method))
        {
            context.Response.Headers.Allow = string.Join(", ", methods);
            return FlipperError.Invalid with { Status = StatusCodes.Status405MethodNotAllowed };
        }

        bool asks = target.Route is FlipperRoute.Actor or FlipperRoute.Telemetry;
        Permissions needed = asks ? Permissions.Evaluate : IsRead(method) ? Permissions.Read : Permissions.Write;
        if (!caller.May(needed) && !(asks && caller.May(Permissions.Read)))
            return FlipperError.Forbidden(caller, needed);
        bool named = target.Route is FlipperRoute.Feature or FlipperRoute.Gate or FlipperRoute.Clear;
        return named && !caller.Sees(target.Name) ? FlipperError.Of(Problems.OutsidePattern(caller, target.Name)) : null;
    }

    private static string[]? Methods(FlipperRoute route) => route switch
    {
        FlipperRoute.List => ["GET", "HEAD", "POST"],
        FlipperRoute.Feature => ["DELETE", "GET", "HEAD"],
        FlipperRoute.Gate => ["DELETE", "POST"],
        FlipperRoute.Clear => ["DELETE"],
        FlipperRoute.Actor => ["GET", "HEAD"],
        FlipperRoute.Import or FlipperRoute.Telemetry => ["POST"],
        _ => null,
    };

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>Which host and program wrote, for the audit: one key often serves many.</summary>
    private static string? Origin(HttpRequest request)
    {
        string[] told = [.. ((string[])["Client-Hostname", "User-Agent"]).Select(name => request.Headers[name].ToString()).Where(text => text.Length > 0)];
        string text = string.Concat(string.Join(", ", told).Where(c => !char.IsControl(c) && !char.IsSurrogate(c)));
        return text.Length == 0 ? null : text.Length > LongestOrigin ? text[..LongestOrigin] : text;
    }
}
