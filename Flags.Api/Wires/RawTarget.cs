using Microsoft.AspNetCore.Http.Features;

namespace Flags.Api;

/// <summary>Path and query exactly as they were sent: what the framework decoded and tidied cannot be told apart any more.</summary>
internal readonly record struct RawTarget(string Path, string Query)
{
    public static RawTarget Of(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // The absolute form, http://host/path, which proxies may send.
        if (!target.StartsWith('/') && target.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
            target = target.IndexOf('/', scheme + 3) is > 0 and var path ? target[path..] : "/";
        int query = target.IndexOf('?');
        return query < 0 ? new RawTarget(target, "") : new RawTarget(target[..query], target[(query + 1)..]);
    }

    /// <summary>Whether the path is the mount or below it, byte for byte; the rest begins with its slash or is empty.</summary>
    public bool IsUnder(string mount, out string rest)
    {
        bool under = Path.StartsWith(mount, StringComparison.Ordinal) && (Path.Length == mount.Length || Path[mount.Length] == '/');
        rest = under ? Path[mount.Length..] : "";
        return under;
    }
}
