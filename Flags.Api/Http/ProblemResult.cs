using System.Text.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Writes <c>application/problem+json</c>, or one line for a shell that accepts <c>text/plain</c>.</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    public static ProblemResult Of(Problem problem) => new(problem);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = problem.Status;
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = "Accept";
        if (problem.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString();
        if (Accepted.PrefersText(httpContext.Request))
        {
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync(Line(), httpContext.RequestAborted);
            return;
        }

        response.ContentType = "application/problem+json";
        await JsonSerializer.SerializeAsync(response.Body, problem, FlagsJson.Relaxed.Problem, httpContext.RequestAborted);
    }

    /// <summary>The word to program against, what happened, and what to do. Reasons come from people: whatever moves a terminal's cursor is a space.</summary>
    private string Line()
    {
        string text = $"{problem.Type[Problems.Prefix.Length..]}: {problem.Detail} {problem.Next}";
        return string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)) + "\n";
    }
}
