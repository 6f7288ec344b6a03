using System.Globalization;

namespace Flags.Core;

/// <summary>
/// Numbers as Flipper stores and shows them. The text is the value: <c>10</c> and <c>10.0</c> are different texts, an integer keeps its
/// digits at any length, and any other number is the shortest text that reads back as the same double.
/// </summary>
public static class NumberText
{
    /// <summary>The text of a JSON number literal, or null when no double holds it (<c>1e400</c>). The literal must be well-formed.</summary>
    public static string? FromLiteral(string literal)
    {
        ArgumentNullException.ThrowIfNull(literal);
        if (!literal.AsSpan().ContainsAny('.', 'e', 'E'))
            return literal == "-0" ? "0" : literal;
        var value = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? FromDouble(value) : null;
    }

    /// <summary>Fixed notation for 1e-4 ≤ |x| &lt; 1e15, else an exponent of at least two digits; always a digit after the point.</summary>
    public static string FromDouble(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        if (value == 0)
            return double.IsNegative(value) ? "-0.0" : "0.0";
        var sign = value < 0 ? "-" : "";
        var (digits, point) = Digits(Math.Abs(value));
        return point switch
        {
            > 15 or <= -4 => string.Create(CultureInfo.InvariantCulture,
                $"{sign}{digits[0]}.{Fraction(digits, 1)}e{(point > 0 ? '+' : '-')}{Math.Abs(point - 1):00}"),
            <= 0 => $"{sign}0.{new string('0', -point)}{digits}",
            _ => $"{sign}{digits.PadRight(point, '0')[..point]}.{Fraction(digits, point)}",
        };
    }

    /// <summary>
    /// The number at the beginning of a text: with a <c>.</c> anywhere in it a float, else an integer; white space before it, a sign and single
    /// underscores between digits are accepted, what follows is ignored, nothing readable is 0. So <c>25%</c> is 25 and <c>abc</c> is 0.
    /// </summary>
    public static string ReadPrefix(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Contains('.', StringComparison.Ordinal) ? FromDouble(NumberPrefix.Float(text)) : NumberPrefix.Integer(text);
    }

    // The digits of the shortest text without zeros at its ends, and the power of ten with 0.digits × 10^point.
    private static (string Digits, int Point) Digits(double value)
    {
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var e = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = e < 0 ? shortest : shortest[..e];
        var exponent = e < 0 ? 0 : int.Parse(shortest.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var significant = all.TrimStart('0');
        return (significant.TrimEnd('0'), (dot < 0 ? mantissa.Length : dot) - (all.Length - significant.Length) + exponent);
    }

    private static string Fraction(string digits, int from) => digits.Length > from ? digits[from..] : "0";
}
