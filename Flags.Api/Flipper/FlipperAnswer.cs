using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Flags.Api;

/// <summary>Answers of Flipper's API: JSON without a charset, gzip when asked for, and the headers its clients read.</summary>
internal static class FlipperAnswer
{
    private const string Json = "application/json";

    private const int MostHeldNames = 20;

    private static readonly byte[] Nothing = "{}"u8.ToArray();

    public static Task UnknownAsync(HttpContext context) => WriteAsync(context, 404, Nothing);

    public static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static Task RefuseAsync(HttpContext context, FlipperError error)
    {
        HttpResponse response = context.Response;
        if (error.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        if (error.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (error.DetailHeader is { } detail)
            response.Headers["Flags-Detail"] = detail;
        return WriteAsync(context, error.Status, error.Body());
    }

    public static Task WriteAsync(HttpContext context, StringBuilder json) => WriteAsync(context, 200, Encoding.UTF8.GetBytes(json.ToString()));

    /// <summary>A read with its tag, which is of the content: so it also covers holds, what a key may see, and the query.</summary>
    public static Task WriteTaggedAsync(HttpContext context, FlipperBody body)
    {
        HttpResponse response = context.Response;
        response.Headers.ETag = "W/" + body.Tag;
        response.Headers.CacheControl = "private, max-age=0, must-revalidate";
        if (!Preconditions.IsNotModified(context.Request, body.Tag))
            return WriteAsync(context, 200, body.Plain, () => body.Zipped);
        response.Headers.Vary = "Accept-Encoding";
        response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    /// <summary>Names the held features that are shown as off, or that a write did not open.</summary>
    public static void TellHeld(HttpContext context, IEnumerable<string> names)
    {
        string header = string.Join(",", names.Take(MostHeldNames).Select(Uri.EscapeDataString));
        if (header.Length > 0)
            context.Response.Headers["Flags-Held"] = header;
    }

    private static async Task WriteAsync(HttpContext context, int status, byte[] body, Func<byte[]>? zipped = null)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = Json;
        response.Headers.Vary = "Accept-Encoding";
        if (response.Headers.CacheControl.Count == 0)
            response.Headers.CacheControl = "no-store";
        if (AcceptsGzip(context.Request))
        {
            response.Headers.ContentEncoding = "gzip";
            body = zipped?.Invoke() ?? FlipperBody.Zip(body);
        }

        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static bool AcceptsGzip(HttpRequest request)
    {
        string header = request.Headers.AcceptEncoding.ToString();
        return header == "gzip" || (header.Contains("gzip", StringComparison.OrdinalIgnoreCase)
            && request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is null or > 0));
    }
}

/// <summary>A body with its tag, compressed once if anybody asks.</summary>
internal sealed class FlipperBody(byte[] plain, IReadOnlyList<string> held)
{
    private byte[]? zipped;

    public byte[] Plain { get; } = plain;

    /// <summary>Held features in it.</summary>
    public IReadOnlyList<string> Held { get; } = held;

    /// <summary>The opaque tag, quoted.</summary>
    public string Tag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 16))}\"";

    public byte[] Zipped => zipped ??= Zip(Plain);

    public static byte[] Zip(byte[] plain)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            gzip.Write(plain);
        return buffer.ToArray();
    }

    public static FlipperBody Of(StringBuilder json, IReadOnlyList<string> held) => new(Encoding.UTF8.GetBytes(json.ToString()), held);
}
