using System.Globalization;
using System.Text;

namespace Flags.Core;

/// <summary>Ruby's <c>String#to_i</c> and <c>#to_f</c>, which is how Flipper reads a number in a text.</summary>
internal static class NumberPrefix
{
    /// <summary>The digits of the integer, without leading zeros; "0" when there are none.</summary>
    public static string Integer(string text)
    {
        var position = 0;
        var number = new StringBuilder();
        var negative = SkipToDigits(text, ref position);
        ReadDigits(text, ref position, number);
        var digits = number.ToString().TrimStart('0');
        return digits.Length == 0 ? "0" : negative ? "-" + digits : digits;
    }

    /// <summary>The double; 0 when nothing is readable, infinite beyond the doubles.</summary>
    public static double Float(string text)
    {
        var position = 0;
        var number = new StringBuilder("0");
        if (SkipToDigits(text, ref position))
            number.Insert(0, '-');
        ReadDigits(text, ref position, number);
        if (IsDigit(text, position + 1) && text[position] == '.')
            ReadPart(text, ref position, number, skip: 1);
        if (position < text.Length && text[position] is 'e' or 'E')
        {
            var sign = position + 1 < text.Length && text[position + 1] is '+' or '-' ? 1 : 0;
            if (IsDigit(text, position + 1 + sign))
                ReadPart(text, ref position, number, skip: 1 + sign);
        }
        return double.Parse(number.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>Whether the text has something readable at its beginning.</summary>
    public static bool Exists(string text)
    {
        var position = 0;
        SkipToDigits(text, ref position);
        return IsDigit(text, position) || (IsDigit(text, position + 1) && text[position] == '.');
    }

    private static bool SkipToDigits(string text, ref int position)
    {
        while (position < text.Length && text[position] is ' ' or (>= '\t' and <= '\r'))
            position++;
        if (position == text.Length || text[position] is not ('+' or '-'))
            return false;
        return text[position++] == '-';
    }

    private static void ReadPart(string text, ref int position, StringBuilder number, int skip)
    {
        number.Append(text, position, skip);
        position += skip;
        ReadDigits(text, ref position, number);
    }

    private static void ReadDigits(string text, ref int position, StringBuilder number)
    {
        while (IsDigit(text, position))
        {
            number.Append(text[position++]);
            if (position < text.Length && text[position] == '_' && IsDigit(text, position + 1))
                position++;
        }
    }

    private static bool IsDigit(string text, int position) => position < text.Length && char.IsAsciiDigit(text[position]);
}
