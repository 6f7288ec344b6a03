using System.Globalization;
using System.Text;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api;

/// <summary>
/// The metadata of an evaluation: version, hold, and the feature's tags of the form <c>name=value</c>. Nothing that changes without the feature changing:
/// the web provider reports every difference as a change.
/// </summary>
internal static class OfrepMetadata
{
    private static readonly HashSet<string> Reserved = ["version", "held", "expressionFailed"];

    public static void Append(StringBuilder json, Feature feature, bool failed)
    {
        json.Append(CultureInfo.InvariantCulture, $"{{\"version\":{feature.Version}");
        if (feature.Held)
            json.Append(",\"held\":true");
        var names = new HashSet<string>(Reserved, StringComparer.Ordinal);
        foreach (string tag in feature.Tags)
        {
            int equals = tag.IndexOf('=');
            if (equals < 1 || !names.Add(tag[..equals]))
                continue;
            json.Append(',');
            JsonText.AppendString(json, tag[..equals]);
            json.Append(':');
            AppendValue(json, tag[(equals + 1)..]);
        }

        json.Append(failed ? ",\"expressionFailed\":true}" : "}");
    }

    private static void AppendValue(StringBuilder json, string value)
    {
        if (value is "true" or "false" || IsNumber(value))
            json.Append(value);
        else
            JsonText.AppendString(json, value);
    }

    /// <summary>A JSON number that a double holds; 1.0.2 is a text.</summary>
    private static bool IsNumber(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiDigit(text[0]) || text[0] == '-') || !char.IsAsciiDigit(text[^1]))
            return false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Number && double.IsFinite(document.RootElement.GetDouble());
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
