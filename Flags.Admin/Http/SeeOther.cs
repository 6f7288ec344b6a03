using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>303: what follows a post is read with GET. The framework's redirects are 302.</summary>
internal sealed class SeeOther(string location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        To(httpContext, location);
        return Task.CompletedTask;
    }

    public static void To(HttpContext context, string location)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = location;
    }
}
