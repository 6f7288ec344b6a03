using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Flags.Admin;

/// <summary>
/// Style sheet, script and icon, compressed once, under names that change with their content and can be kept for ever. They are resources of the
/// assembly: the framework's static files need a manifest beside the host's executable, which other hosts of this server do not have.
/// </summary>
internal sealed partial class AssetFiles
{
    public const string Forever = "public, max-age=31536000, immutable";

    private readonly Dictionary<string, Asset> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    public AssetFiles()
    {
        Add("app.css", "text/css; charset=utf-8");
        Add("app.js", "text/javascript; charset=utf-8");
        Add("passkey.js", "text/javascript; charset=utf-8");
        Add("icon.svg", "image/svg+xml");
    }

    /// <summary>The path of an asset, without the request's base path.</summary>
    public string Path(string file) => "/admin/assets/" + names[file];

    public Asset? Find(string name) => byName.GetValueOrDefault(name);

    private void Add(string file, string type)
    {
        using Stream resource = typeof(AssetFiles).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The assembly has no resource {file}.");
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        byte[] bytes = Slim(file, copy.ToArray());
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..10];
        string name = $"{System.IO.Path.GetFileNameWithoutExtension(file)}.{hash}{System.IO.Path.GetExtension(file)}";
        names.Add(file, name);
        byName.Add(name, new Asset(type, bytes, Compress(bytes, s => new BrotliStream(s, CompressionLevel.SmallestSize)), Compress(bytes, s => new GZipStream(s, CompressionLevel.SmallestSize))));
    }

    /// <summary>Without what only readers of the source need: comments, types in comments, indentation. The sources keep to what this understands.</summary>
    private static byte[] Slim(string file, byte[] bytes) => System.IO.Path.GetExtension(file) switch
    {
        ".js" => Encoding.UTF8.GetBytes(Indents().Replace(Comments().Replace(Encoding.UTF8.GetString(bytes), ""), "")),
        ".css" => Encoding.UTF8.GetBytes(Blocks().Replace(Comments().Replace(Encoding.UTF8.GetString(bytes), ""), "$1")),
        _ => bytes,
    };

    [GeneratedRegex(@"/\*.*?\*/ ?|^\s*//[^\n]*", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"^\s+", RegexOptions.Multiline)]
    private static partial Regex Indents();

    [GeneratedRegex(@"\s*([{};])\s*")]
    private static partial Regex Blocks();

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> wrap)
    {
        using var target = new MemoryStream();
        using (Stream stream = wrap(target))
            stream.Write(bytes);
        return target.ToArray();
    }
}

/// <summary>One file in the encodings browsers ask for.</summary>
internal sealed record Asset(string Type, byte[] Bytes, byte[] Brotli, byte[] Gzip);

internal static class AssetEndpoints
{
    public static void MapAssets(this IEndpointRouteBuilder admin) => admin.MapMethods("assets/{name}", ["GET", "HEAD"], Send).AllowAnonymous();

    private static async Task Send(string name, HttpContext context, AssetFiles files)
    {
        HttpResponse response = context.Response;
        if (files.Find(name) is not { } asset)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        string accepts = context.Request.Headers.AcceptEncoding.ToString();
        (byte[] bytes, string? encoding) = accepts.Contains("br", StringComparison.Ordinal) ? (asset.Brotli, "br")
            : accepts.Contains("gzip", StringComparison.Ordinal) ? (asset.Gzip, "gzip") : (asset.Bytes, null);
        response.ContentType = asset.Type;
        response.Headers.CacheControl = AssetFiles.Forever;
        response.Headers.Vary = "Accept-Encoding";
        if (encoding is not null)
            response.Headers.ContentEncoding = encoding;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
