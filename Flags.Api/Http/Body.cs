using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Flags.Api;

/// <summary>A body that was read, or why it was refused.</summary>
internal readonly record struct Body<T>(T? Value, Problem? Problem);

/// <summary>Reads JSON bodies: bounded, strict, and with a problem that names the place.</summary>
internal static class Body
{
    public const int Small = 256 * 1024, Gates = 5 * 1024 * 1024, Import = 16 * 1024 * 1024;

    // Editors on Windows put it there, and curl sends files as they are.
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    private const string Correct = "Correct the body and send it again.";

    /// <summary>A body that must be there.</summary>
    public static async Task<Body<T>> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, int most = Small) where T : class
    {
        (byte[]? bytes, Problem? problem) = await BytesAsync(context, most);
        return problem is null ? Parse(bytes!, data => JsonSerializer.Deserialize(data, type)) : new Body<T>(null, problem);
    }

    /// <summary>A body that may be absent.</summary>
    public static async Task<Body<T>> ReadOptionalAsync<T>(HttpContext context, JsonTypeInfo<T> type, T absent) where T : class
    {
        (byte[]? bytes, Problem? problem) = await BytesAsync(context, Small);
        if (bytes is { Length: 0 })
            return new Body<T>(absent, null);
        return problem is null ? Parse(bytes!, data => JsonSerializer.Deserialize(data, type)) : new Body<T>(null, problem);
    }

    /// <summary>A body whose form is found out later; strict about repeated members and depth.</summary>
    public static async Task<Body<JsonDocument>> ReadDocumentAsync(HttpContext context, int most)
    {
        (byte[]? bytes, Problem? problem) = await BytesAsync(context, most);
        return problem is null ? Parse(bytes!, StrictJson.Parse) : new Body<JsonDocument>(null, problem);
    }

    /// <summary>Before routing: <c>curl -d ''</c> sends a content type with nothing, which must not decide about the route.</summary>
    public static Task IgnoreTypeOfNothing(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentLength == 0)
            context.Request.ContentType = null;
        return next(context);
    }

    public static Problem NotJson(string? type) => Problems.Of("content-type", 415, "JSON is needed",
        $"The body has the content type {(string.IsNullOrEmpty(type) ? "(none)" : type)}.", "Send the header Content-Type: application/json (curl: --json, or -H).");

    private static Body<T> Parse<T>(byte[] bytes, Func<byte[], T?> parse) where T : class
    {
        if (bytes.Length == 0)
            return new Body<T>(null, Malformed(new FieldError("body", "is empty; a JSON object is needed")));
        try
        {
            T? value = parse(bytes);
            return value is null ? new Body<T>(null, Malformed(new FieldError("body", "is null; a JSON object is needed"))) : new Body<T>(value, null);
        }
        catch (JsonException wrong)
        {
            FieldError error = StrictJson.Error(wrong, bytes, parse);
            return new Body<T>(null, StrictJson.IsValueRefused(wrong) ? Problems.Invalid(Correct, error) : Malformed(error));
        }
    }

    private static Problem Malformed(FieldError error) =>
        Problems.Of("malformed", 400, "The body cannot be read", $"{error.Field}: {error.Message}.", Correct) with { Errors = [error] };

    private static async Task<(byte[]?, Problem?)> BytesAsync(HttpContext context, int most)
    {
        if (WrongType(context) is { } wrong)
            return (null, wrong);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        if (context.Request.ContentLength > most)
            return (null, TooLarge(most));
        try
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
            byte[] bytes = buffer.ToArray();
            return (bytes.AsSpan().StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes, null);
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, TooLarge(most));
        }
    }

    private static Problem TooLarge(int most) => Problems.Of("too-large", 413, "The body is too large", $"A body of this request has at most {most} bytes.", "Send less at once.");

    private static Problem? WrongType(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (request.ContentLength == 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true)
            return null;
        string coding = request.Headers.ContentEncoding.ToString();
        if (coding.Length > 0 && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers.AcceptEncoding = "identity";
            return Problems.Of("content-encoding", 415, "The body is encoded", $"The body has the content encoding {coding}.", "Send it without Content-Encoding.");
        }

        return IsJson(request.ContentType) ? null : NotJson(request.ContentType);
    }

    private static bool IsJson(string? type) => MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? media) && media.MediaType.HasValue
        && (media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.MediaType.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase))
        && (media.Charset.Length == 0 || HeaderUtilities.RemoveQuotes(media.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
