using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Diagnostics;

namespace Flags.Api;

/// <summary>What no endpoint answered itself, as problem+json.</summary>
internal sealed class Failures : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (IsPage(httpContext))
            return false;
        Problem problem = exception switch
        {
            StoreUnavailableException down => Problems.Unavailable(down.Message),
            BadHttpRequestException bad => Problems.Of("malformed", bad.StatusCode, "The request cannot be read", bad.Message, "Correct the request and send it again."),
            _ => Problems.Of("failure", 500, "The server failed", $"The request {httpContext.TraceIdentifier} failed; the server's log says why.", "Report it with that number."),
        };
        await AnswerAsync(httpContext, problem);
        return true;
    }

    /// <summary>In the shape that the caller's protocol has.</summary>
    private static Task AnswerAsync(HttpContext context, Problem problem) => FlipperTarget.Is(context) ? FlipperAnswer.RefuseAsync(context, FlipperError.Of(problem))
        : OfrepTarget.Is(context) ? OfrepAnswer.FailAsync(context, problem)
        : ProblemResult.Of(problem).ExecuteAsync(context);

    /// <summary>Empty answers of the framework (unknown path, wrong method) get a body; pages have their own.</summary>
    public static Task FillAsync(StatusCodeContext context)
    {
        HttpContext http = context.HttpContext;
        Problem? problem = http.Response.StatusCode switch
        {
            404 => Problems.Of("no-route", 404, "No such route", $"There is no {http.Request.Method} {http.Request.Path}.", "See /openapi/v1.json for all routes."),
            405 => Problems.Of("method", 405, "Wrong method", $"{http.Request.Path} does not take {http.Request.Method}.", $"Use one of: {http.Response.Headers.Allow}."),
            415 => Body.NotJson(http.Request.ContentType),
            _ => null,
        };
        return problem is null || IsPage(http) ? Task.CompletedTask : ProblemResult.Of(problem).ExecuteAsync(http);
    }

    private static bool IsPage(HttpContext context) => context.Request.Path.StartsWithSegments("/admin");
}
