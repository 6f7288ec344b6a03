using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Flags.Store;
using Microsoft.AspNetCore.Http.Features;

namespace Flags.Api;

/// <summary>
/// A name from the path as it was sent, decoded once: routing would deliver <c>a%2Fb</c> and <c>a%252Fb</c> alike. <c>+</c> is a plus.
/// </summary>
internal static class RawName
{
    public const string Features = "/features/", Claims = "/claims/", Workers = "/workers/";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Before routing: Kestrel decodes <c>%2E%2E</c> and then removes it as a dot segment, so a feature named <c>..</c> would be another path.
    /// Such a path is routed as it was sent.
    /// </summary>
    public static Task KeepDots(HttpContext context, RequestDelegate next)
    {
        string path = RawPath(context);
        if (path.StartsWith('/') && path.Contains("%2E", StringComparison.OrdinalIgnoreCase) && IsDots(context))
            context.Request.Path = new PathString(path);
        return next(context);
    }

    /// <summary>The segment after <paramref name="before"/>, or the refusal when its escapes are broken.</summary>
    /// <param name="context">The call.</param>
    /// <param name="before">One of the constants here.</param>
    /// <param name="what">What it names, for the refusal.</param>
    /// <param name="name">What was read.</param>
    public static IResult? Read(HttpContext context, string before, string what, out string name)
    {
        bool read = TryRead(context, before, out string? segment);
        name = segment ?? "";
        return read ? null : ProblemResult.Of(Problems.Of("malformed", 400, "The path cannot be read", $"The {what} has a broken percent-escape or is not UTF-8.", "Percent-encode it as UTF-8."));
    }

    private static bool IsDots(HttpContext context) =>
        Array.Exists([Features, Claims, Workers], before => TryRead(context, before, out string? name) && name is "." or "..");

    private static bool TryRead(HttpContext context, string before, [NotNullWhen(true)] out string? name)
    {
        string path = RawPath(context);
        int start = path.IndexOf(before, StringComparison.OrdinalIgnoreCase);
        name = null;
        if (start < 0)
            return false;
        string rest = path[(start + before.Length)..];
        int end = rest.IndexOf('/');
        return TryDecode(end < 0 ? rest : rest[..end], out name);
    }

    /// <summary>The path as it was sent, for links to it.</summary>
    public static string RawPath(HttpContext context)
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
