using System.Text.Json;

namespace Flags.Core;

/// <summary>Flipper's reading of values that its adapters and exports hold.</summary>
public static class FlipperValue
{
    /// <summary>True for <c>true</c>, <c>1</c>, <c>"true"</c> and <c>"1"</c>, case-sensitive; <c>1.0</c> and everything else is false.</summary>
    public static bool ToBoolean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Number => value.GetRawText() == "1",
        JsonValueKind.String => value.ValueEquals("true") || value.ValueEquals("1"),
        _ => false,
    };

    /// <summary>The number text: of a number, of the number at the beginning of a text, "0" for null and the empty text; null for every other kind.</summary>
    public static string? ToNumber(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "0",
        JsonValueKind.Number => NumberText.FromLiteral(value.GetRawText()),
        JsonValueKind.String => NumberText.ReadPrefix(JsonText.GetString(value)),
        _ => null,
    };

    /// <summary>
    /// Reads a percentage of an import: null and <c>""</c> are no percentage, a number or a text (no digit is demanded) must be 0 to 100.
    /// False for everything else.
    /// </summary>
    public static bool TryToPercentage(JsonElement value, out Percentage? percentage)
    {
        percentage = null;
        if (value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals("")))
            return true;
        if (ToNumber(value) is not { } text || Percentage.FromStored(text) is not { Value: >= 0 and <= 100 } read)
            return false;
        percentage = read;
        return true;
    }
}
