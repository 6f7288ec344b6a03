using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;

namespace Flags.Api;

/// <summary>Why a body was not read.</summary>
internal enum BodyFault
{
    None,
    TooLarge,
    UnknownEncoding,
    BrokenEncoding,
}

/// <summary>A body whose form others defined: gzip is undone, and the bytes are counted before and after that.</summary>
internal readonly record struct WireBody(byte[] Bytes, BodyFault Fault)
{
    public static async ValueTask<WireBody> ReadAsync(HttpContext context, int most)
    {
        HttpRequest request = context.Request;
        string coding = request.Headers.ContentEncoding.ToString().Trim();
        bool gzip = coding.Equals("gzip", StringComparison.OrdinalIgnoreCase) || coding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase);
        if (!gzip && coding.Length > 0 && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return Refused(BodyFault.UnknownEncoding);
        if (request.ContentLength > most)
            return Refused(BodyFault.TooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        try
        {
            WireBody sent = await ReadAsync(request.Body, most, context.RequestAborted);
            if (!gzip || sent.Fault != BodyFault.None || sent.Bytes.Length == 0)
                return sent;
            await using var plain = new GZipStream(new MemoryStream(sent.Bytes), CompressionMode.Decompress);
            return await ReadAsync(plain, most, context.RequestAborted);
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Refused(BodyFault.TooLarge);
        }
        catch (InvalidDataException)
        {
            return Refused(BodyFault.BrokenEncoding);
        }
    }

    private static async ValueTask<WireBody> ReadAsync(Stream from, int most, CancellationToken cancellation)
    {
        byte[] bytes = new byte[1024];
        int length = 0;
        while (await from.ReadAsync(bytes.AsMemory(length), cancellation) is > 0 and var read)
        {
            length += read;
            if (length > most)
                return Refused(BodyFault.TooLarge);
            if (length == bytes.Length)
                Array.Resize(ref bytes, Math.Min(length * 2, most + 1));
        }

        return new WireBody(bytes[..length], BodyFault.None);
    }

    private static WireBody Refused(BodyFault fault) => new([], fault);
}
