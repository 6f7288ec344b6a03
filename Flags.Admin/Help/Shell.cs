using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Flags.Admin;

/// <summary>Texts as a shell, JSON and C# read them back: a feature's name can be anything.</summary>
internal static class Shell
{
    private const string Plain = "_-./:=@%+,";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One word; quoted when it has to be.</summary>
    public static string Word(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal)) ? text : Quoted(text);

    public static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    public static string Json(string text) => JsonSerializer.Serialize(text, Readable);

    /// <summary>A string literal of C#.</summary>
    public static string CSharp(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (char c in text)
        {
            if (c is '"' or '\\')
                literal.Append('\\').Append(c);
            else if (char.IsLetterOrDigit(c) || c is >= ' ' and < '\x7f')
                literal.Append(c);
            else
                literal.Append($"\\u{(int)c:x4}");
        }

        return literal.Append('"').ToString();
    }
}
