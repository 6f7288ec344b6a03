using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Flags.Core;

/// <summary>
/// JSON as Flipper writes it: in strings only <c>"</c>, <c>\</c> and control characters below U+0020 are escaped, everything else is raw.
/// No encoder of System.Text.Json leaves emoji, U+007F and U+2028 alone.
/// </summary>
public static class JsonText
{
    /// <summary>Appends a string with its quotation marks.</summary>
    public static void AppendString(StringBuilder json, string value)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(value);
        json.Append('"');
        foreach (var unit in value)
            Append(json, unit);
        json.Append('"');
    }

    /// <summary>Whether a text is one JSON number literal and nothing else.</summary>
    internal static bool IsNumber(string text)
    {
        if (text.Length == 0 || !(text[0] == '-' || char.IsAsciiDigit(text[0])) || !char.IsAsciiDigit(text[^1]))
            return false;
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.Number && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The text of a JSON string; U+FFFD when it is no Unicode (bytes that are not UTF-8, half of a surrogate pair).</summary>
    internal static string GetString(JsonElement value) => OrReplacement(value, static value => value.GetString()!);

    /// <summary>The name of a member; U+FFFD when it is no Unicode.</summary>
    internal static string GetName(JsonProperty member) => OrReplacement(member, static member => member.Name);

    private static string OrReplacement<T>(T json, Func<T, string> read)
    {
        try
        {
            return read(json);
        }
        catch (InvalidOperationException unreadable) when (unreadable is not ObjectDisposedException)
        {
            return "\uFFFD";
        }
    }

    private static void Append(StringBuilder json, char unit)
    {
        switch (unit)
        {
            case '"' or '\\': json.Append('\\').Append(unit); break;
            case '\b': json.Append("\\b"); break;
            case '\f': json.Append("\\f"); break;
            case '\n': json.Append("\\n"); break;
            case '\r': json.Append("\\r"); break;
            case '\t': json.Append("\\t"); break;
            case < ' ': json.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"); break;
            default: json.Append(unit); break;
        }
    }
}
