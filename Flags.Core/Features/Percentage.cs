using System.Globalization;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>
/// A stored percentage, 0 to 100: its number text (Flipper keeps <c>10</c> and <c>10.0</c> apart) and the double that decides.
/// <c>default</c> is "0". JSON: a number from 0 to 100, written as the stored text.
/// </summary>
[JsonConverter(typeof(PercentageConverter))]
public readonly record struct Percentage
{
    // Null stands for "0", so that default is equal to a stored "0".
    private readonly string? _text;

    private Percentage(string text, double value)
    {
        _text = text == "0" ? null : text;
        Value = value;
    }

    /// <summary>The number text as stored, for example <c>12.5</c> or <c>1.0e-05</c>.</summary>
    public string Text => _text ?? "0";

    /// <summary>The double nearest to <see cref="Text"/>: 0 to 100.</summary>
    public double Value { get; }

    /// <summary>
    /// Reads a text as Flipper does: at least one ASCII digit, then <see cref="NumberText.ReadPrefix"/>; <c>25%</c> is 25, <c>1e1</c> is 1,
    /// <c>1.0e1</c> is 10.0, <c>abc5</c> is 0. False without a digit or outside 0 to 100.
    /// </summary>
    public static bool TryParse(string text, out Percentage p)
    {
        ArgumentNullException.ThrowIfNull(text);
        p = default;
        return text.AsSpan().ContainsAnyInRange('0', '9') && TryCreate(NumberText.ReadPrefix(text), out p);
    }

    /// <summary>Reads a JSON number literal. False when it is none or outside 0 to 100.</summary>
    public static bool TryFromNumber(string jsonNumberText, out Percentage p)
    {
        ArgumentNullException.ThrowIfNull(jsonNumberText);
        p = default;
        return JsonText.IsNumber(jsonNumberText) && NumberText.FromLiteral(jsonNumberText) is { } text && TryCreate(text, out p);
    }

    /// <summary>A percentage as it was stored; the text is trusted.</summary>
    /// <exception cref="FormatException">The text is not a number.</exception>
    public static Percentage FromStored(string text) => new(text, double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));

    /// <summary>The stored text.</summary>
    public override string ToString() => Text;

    private static bool TryCreate(string text, out Percentage p)
    {
        p = FromStored(text);
        if (p.Value is >= 0 and <= 100)
            return true;
        p = default;
        return false;
    }
}
