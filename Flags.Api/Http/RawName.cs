using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Flags.Api;

/// <summary>
/// A feature's name from the path as it was sent, decoded once: routing would deliver <c>a%2Fb</c> and <c>a%252Fb</c> alike. <c>+</c> is a plus.
/// </summary>
internal static class RawName
{
    private const string Before = "/features/";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Before routing: Kestrel decodes <c>%2E%2E</c> and then removes it as a dot segment, so a feature named <c>..</c> would be another path.
    /// Such a path is routed as it was sent.
    /// </summary>
    public static Task KeepDots(HttpContext context, RequestDelegate next)
    {
        string path = RawPath(context);
        if (path.StartsWith('/') && path.Contains("%2E", StringComparison.OrdinalIgnoreCase) && TryRead(context, out string? name) && name is "." or "..")
            context.Request.Path = new PathString(path);
        return next(context);
    }

    /// <summary>The segment after <c>/features/</c>; false when its escapes are broken.</summary>
    public static bool TryRead(HttpContext context, [NotNullWhen(true)] out string? name)
    {
        string path = RawPath(context);
        int start = path.IndexOf(Before, StringComparison.OrdinalIgnoreCase);
        name = null;
        if (start < 0)
            return false;
        string rest = path[(start + Before.Length)..];
        int end = rest.IndexOf('/');
        return TryDecode(end < 0 ? rest : rest[..end], out name);
    }

    private static string RawPath(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }

    /// <summary>Percent-decodes UTF-8 strictly.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out string? decoded)
    {
        decoded = null;
        if (!text.Contains('%'))
        {
            decoded = text;
            return true;
        }

        byte[] sent = Encoding.UTF8.GetBytes(text);
        var bytes = new List<byte>(sent.Length);
        for (int i = 0; i < sent.Length; i++)
        {
            if (sent[i] != '%')
            {
                bytes.Add(sent[i]);
                continue;
            }

            if (i + 2 >= sent.Length || !Utf8Parser.TryParse(sent.AsSpan(i + 1, 2), out byte value, out int used, 'x') || used != 2)
                return false;
            bytes.Add(value);
            i += 2;
        }

        try
        {
            decoded = Strict.GetString([.. bytes]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
