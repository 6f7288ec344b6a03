using System.Text;
using System.Text.Json;

namespace Flags.Core;

/// <summary>Constants of expressions and their normalised JSON.</summary>
internal static class ConstantText
{
    /// <summary>Null for null, arrays and objects, numbers that no double holds, and strings that are not Unicode.</summary>
    public static Constant? Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => new(Value.Of(true), "true"),
        JsonValueKind.False => new(Value.Of(false), "false"),
        JsonValueKind.Number => NumberText.FromLiteral(json.GetRawText()) is { } number ? new(Value.OfNumber(number), number) : null,
        JsonValueKind.String => OfText(json),
        _ => null,
    };

    private static Constant? OfText(JsonElement json)
    {
        try
        {
            var text = json.GetString()!;
            var target = new StringBuilder(text.Length + 2);
            JsonText.AppendString(target, text);
            return new(Value.Of(text), target.ToString());
        }
        catch (InvalidOperationException unreadable) when (unreadable is not ObjectDisposedException)
        {
            return null;
        }
    }
}
