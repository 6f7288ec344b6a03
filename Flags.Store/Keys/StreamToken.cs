using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Flags.Store;

/// <summary>
/// What a browser's event stream shows in place of the key, since an <c>EventSource</c> has no headers: <c>s_&lt;key id&gt;.&lt;HMAC&gt;</c>. It is made with
/// the stored hash of the key's secret, so every replica makes the same, it opens nothing but that stream, and it dies with the secret.
/// </summary>
internal static class StreamToken
{
    private const string Prefix = "s_";
    private const int MacLength = 43;

    public static string Of(string id, byte[] keyHash) => $"{Prefix}{id}.{Convert.ToBase64String(Mac(id, keyHash)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}";

    /// <summary>The key's id, if the text has the form of a token.</summary>
    public static bool TryReadId(string token, [NotNullWhen(true)] out string? id)
    {
        int dot = token.IndexOf('.');
        bool formed = dot is > 2 and < 40 && token.Length == dot + 1 + MacLength && token.StartsWith(Prefix, StringComparison.Ordinal)
            && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
        id = formed ? token[Prefix.Length..dot] : null;
        return formed;
    }

    public static bool IsOf(string token, string id, byte[] keyHash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(token), Encoding.ASCII.GetBytes(Of(id, keyHash)));

    private static byte[] Mac(string id, byte[] keyHash) => HMACSHA256.HashData(keyHash, Encoding.UTF8.GetBytes("ofrep-stream:" + id));
}

/// <summary>What a token of an event stream is worth.</summary>
public enum StreamTokenState
{
    /// <summary>Nobody was ever given it.</summary>
    Malformed,

    /// <summary>Its key is good.</summary>
    Good,

    /// <summary>Its key was revoked or expired, or has another secret now.</summary>
    Gone,

    /// <summary>The database must be asked, and does not answer.</summary>
    Unknown,
}
