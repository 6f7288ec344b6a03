using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>OFREP at <c>/ofrep/v1</c>: before routing, which would deliver <c>a/b</c> and <c>a%2Fb</c> alike and answer in another shape.</summary>
internal sealed class OfrepMount(RequestDelegate next, OfrepEvaluations evaluations, OfrepStreams streams, OfrepRates rates, OfrepOrigins origins, KeyRing keys)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (OfrepTarget.Read(context) is not { } target)
        {
            await next(context);
            return;
        }

        origins.Allow(context);
        if (target.Route != OfrepRoute.Unknown && origins.TryAnswerPreflight(context))
            return;
        if (target.Route == OfrepRoute.Stream && HttpMethods.IsGet(context.Request.Method))
            await streams.RunAsync(context, target);
        else
            await AskAsync(context, target);
    }

    private async Task AskAsync(HttpContext context, OfrepTarget target)
    {
        if (await WireKey.FindAsync(context, keys, WireKey.Of(context.Request)) is not { } caller)
        {
            await OfrepAnswer.RefuseAsync(context, 401, "The key is missing, unknown, revoked, expired or mistyped; send Authorization: Bearer flg_... or X-API-Key.");
        }
        else if (target.Route == OfrepRoute.Unknown)
        {
            await OfrepAnswer.RefuseAsync(context, 404, "There is no such route; OFREP is served at /ofrep/v1/evaluate/flags.");
        }
        else if (context.Request.Method != target.Method)
        {
            context.Response.Headers.Allow = target.Method;
            await OfrepAnswer.RefuseAsync(context, 405, $"Send {target.Method}.");
        }
        else if (!caller.May(Permissions.Evaluate))
        {
            await ForbidAsync(context, Problems.Forbidden(caller, Permissions.Evaluate));
        }
        else if (!rates.IsWithin(caller))
        {
            await OfrepAnswer.RefuseAsync(context, 429, "The key asks too often from this address; ask again in a second.", OfrepRates.RetryAfterSeconds);
        }
        else
        {
            await EvaluateAsync(context, target, caller);
        }
    }

    private Task EvaluateAsync(HttpContext context, OfrepTarget target, Caller caller) => target.Route switch
    {
        OfrepRoute.Bulk => evaluations.BulkAsync(context),
        OfrepRoute.Malformed => OfrepAnswer.RefuseAsync(context, 400, "PARSE_ERROR", "The key in the path has a broken percent-escape or is not UTF-8.", target.Key),
        _ when !caller.Sees(target.Key) => ForbidAsync(context, Problems.OutsidePattern(caller, target.Key)),
        _ => evaluations.SingleAsync(context, target),
    };

    private static Task ForbidAsync(HttpContext context, Problem problem) => OfrepAnswer.RefuseAsync(context, 403, $"{problem.Detail} {problem.Next}");
}
