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

    private const string Correct = "Correct the body and send it again.";

    /// <summary>A body that must be there.</summary>
    public static async Task<Body<T>> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, int most = Small) where T : class
    {
        (byte[]? bytes, Problem? problem) = await BytesAsync(context, most);
        if (problem is null && bytes!.Length == 0)
            problem = Malformed(new FieldError("body", "is empty; a JSON object is needed"));
        if (problem is null)
            return Parse(bytes!, data => JsonSerializer.Deserialize(data, type));
        return new Body<T>(null, problem);
    }

    /// <summary>A body that may be absent.</summary>
    public static async Task<Body<T>> ReadOptionalAsync<T>(HttpContext context, JsonTypeInfo<T> type, T absent) where T : class
    {
        bool sent = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true && context.Request.ContentLength != 0;
        return sent ? await ReadAsync(context, type) : new Body<T>(absent, null);
    }

    /// <summary>A body whose form is found out later; strict about repeated members and depth.</summary>
    public static async Task<Body<JsonDocument>> ReadDocumentAsync(HttpContext context, int most)
    {
        (byte[]? bytes, Problem? problem) = await BytesAsync(context, most);
        return problem is null ? Parse(bytes!, data => JsonDocument.Parse(data, StrictJson.Document)) : new Body<JsonDocument>(null, problem);
    }

    private static Body<T> Parse<T>(byte[] bytes, Func<byte[], T?> parse) where T : class
    {
        try
        {
            T? value = parse(bytes);
            return value is null ? new Body<T>(null, Malformed(new FieldError("body", "is null; a JSON object is needed"))) : new Body<T>(value, null);
        }
        catch (JsonException wrong)
        {
            return new Body<T>(null, Malformed(StrictJson.Error(wrong)));
        }
        catch (InvalidOperationException wrong) when (wrong.InnerException is System.Text.DecoderFallbackException)
        {
            return new Body<T>(null, Malformed(new FieldError("body", "has a text that is not UTF-8")));
        }
    }

    private static Problem Malformed(FieldError error) =>
        Problems.Of("malformed", 400, "The body cannot be read", $"{error.Field}: {error.Message}.", Correct) with { Errors = [error] };

    private static async Task<(byte[]?, Problem?)> BytesAsync(HttpContext context, int most)
    {
        if (WrongType(context.Request) is { } type)
            return (null, Problems.Of("content-type", 415, "JSON is needed", $"The body has the content type {type}.", "Send the header Content-Type: application/json (curl: --json, or -H)."));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        if (context.Request.ContentLength > most)
            return (null, TooLarge(most));
        try
        {
            using var buffer = new MemoryStream();
            await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
            return (buffer.ToArray(), null);
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, TooLarge(most));
        }
    }

    private static Problem TooLarge(int most) => Problems.Of("too-large", 413, "The body is too large", $"A body of this request has at most {most} bytes.", "Send less at once.");

    private static string? WrongType(HttpRequest request)
    {
        string? type = request.ContentType;
        if (string.IsNullOrEmpty(type))
            return request.ContentLength is null or 0 ? null : "(none)";
        return MediaTypeHeaderValue.TryParse(type, out MediaTypeHeaderValue? media) && media.MediaType.HasValue
            && (media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || media.MediaType.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase))
            && (media.Charset.Length == 0 || media.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) ? null : type;
    }
}
