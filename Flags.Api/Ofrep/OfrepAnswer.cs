using System.Globalization;
using System.Text;
using Flags.Core;

namespace Flags.Api;

/// <summary>Answers of OFREP; its errors have shapes of their own.</summary>
internal static class OfrepAnswer
{
    /// <summary>400 and 404: a code that providers know, with the key of a single evaluation.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string errorCode, string details, string? key = null)
    {
        var json = new StringBuilder("{");
        if (key is not null)
        {
            json.Append("\"key\":");
            JsonText.AppendString(json, key);
            json.Append(',');
        }

        json.Append("\"errorCode\":\"").Append(errorCode).Append("\",\"errorDetails\":");
        JsonText.AppendString(json, details);
        return WriteAsync(context, status, Encoding.UTF8.GetBytes(json.Append('}').ToString()));
    }

    /// <summary>The other refusals.</summary>
    public static Task RefuseAsync(HttpContext context, int status, string details, int? retryAfterSeconds = null)
    {
        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        if (retryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var json = new StringBuilder("{\"errorDetails\":");
        JsonText.AppendString(json, details);
        return WriteAsync(context, status, Encoding.UTF8.GetBytes(json.Append('}').ToString()));
    }

    /// <summary>What no handler answered; the server's error page has cleared the headers by then.</summary>
    public static Task FailAsync(HttpContext context, Problem problem)
    {
        context.RequestServices.GetRequiredService<OfrepOrigins>().Allow(context);
        return RefuseAsync(context, problem.Status, $"{problem.Detail} {problem.Next}", problem.RetryAfterSeconds);
    }

    public static Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
