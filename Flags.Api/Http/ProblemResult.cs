using System.Text.Json;
using Flags.Core;

namespace Flags.Api;

/// <summary>Writes <c>application/problem+json</c>.</summary>
internal sealed class ProblemResult(Problem problem) : IResult
{
    public static ProblemResult Of(Problem problem) => new(problem);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString();
        await JsonSerializer.SerializeAsync(response.Body, problem, FlagsJson.Relaxed.Problem, httpContext.RequestAborted);
    }
}
