using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Flags.Core;

namespace Flags.Store;

/// <summary>The text of a key: <c>flg_</c>, eight characters of id, <c>_</c>, 32 of secret (190 bits), six of CRC-32, so that a mistyped or cut key is told apart from a foreign one.</summary>
internal static class KeySecret
{
    public const string Prefix = "flg_";
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 8, SecretLength = 32, CheckLength = 6;
    private const int Length = 4 + IdLength + 1 + SecretLength + CheckLength;

    public static string NewId() => RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", IdLength);

    public static string New(string id)
    {
        string body = Prefix + id + "_" + RandomNumberGenerator.GetString(Alphabet, SecretLength);
        return body + Check(body);
    }

    /// <summary>The id inside a well-formed key.</summary>
    public static bool TryReadId(string key, [NotNullWhen(true)] out string? id)
    {
        bool formed = key.Length == Length && key.StartsWith(Prefix, StringComparison.Ordinal) && key[4 + IdLength] == '_'
            && key.AsSpan(Length - CheckLength).SequenceEqual(Check(key[..^CheckLength]));
        id = formed ? key.Substring(4, IdLength) : null;
        return formed;
    }

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static string Check(string body)
    {
        uint crc = ~Crc32.Append(Crc32.Start, Encoding.UTF8.GetBytes(body));
        var text = new char[CheckLength];
        for (int i = CheckLength - 1; i >= 0; i--, crc /= 62)
            text[i] = Alphabet[(int)(crc % 62)];
        return new string(text);
    }
}
