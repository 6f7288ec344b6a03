using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Flags.Core;

/// <summary>Equality and order of values.</summary>
internal static class Comparison
{
    /// <summary>Numbers by exact value, strings by their bytes, times by instant, arrays and objects member by member; other pairs by kind.</summary>
    public static bool AreEqual(in Value a, in Value b)
    {
        if (a.IsNumber && b.IsNumber)
            return OrderNumbers(a, b) == 0;
        if (a.Kind != b.Kind)
            return false;
        return a.Kind switch
        {
            ValueKind.Null => true,
            ValueKind.Boolean => a.AsBoolean == b.AsBoolean,
            ValueKind.String => a.HasText(b),
            ValueKind.Time => a.AsTime == b.AsTime,
            ValueKind.Array => AreArraysEqual(a.AsJson, b.AsJson),
            _ => AreObjectsEqual(a.AsJson, b.AsJson),
        };
    }

    /// <summary>Null for every pair but number with number, string with string and time with time.</summary>
    public static int? Order(in Value a, in Value b)
    {
        if (a.IsNumber && b.IsNumber)
            return OrderNumbers(a, b);
        return (a.Kind, b.Kind) switch
        {
            (ValueKind.String, ValueKind.String) => Utf8Order.Instance.Compare(a.AsText, b.AsText),
            (ValueKind.Time, ValueKind.Time) => a.AsTime.CompareTo(b.AsTime),
            _ => null,
        };
    }

    private static int? OrderNumbers(in Value a, in Value b)
    {
        if (a.Kind == ValueKind.Integer && b.Kind == ValueKind.Integer)
            return a.Digits is null && b.Digits is null ? a.AsInteger.CompareTo(b.AsInteger) : OrderDigits(DigitsOf(a), DigitsOf(b));
        if (a.Kind == ValueKind.Integer)
            return OrderWithDouble(a, b.AsDouble);
        if (b.Kind == ValueKind.Integer)
            return -OrderWithDouble(b, a.AsDouble);
        return double.IsNaN(a.AsDouble) || double.IsNaN(b.AsDouble) ? null
            : a.AsDouble < b.AsDouble ? -1
            : a.AsDouble > b.AsDouble ? 1 : 0;
    }

    // By exact value: converting the integer to a double would make 2^53 + 1 equal to 2^53.
    private static int? OrderWithDouble(in Value integer, double number)
    {
        if (!double.IsFinite(number))
            return double.IsNaN(number) ? null : number > 0 ? -1 : 1;
        var whole = Math.Floor(number);
        var order = integer.Digits is null && Math.Abs(whole) < long.MaxValue
            ? integer.AsInteger.CompareTo((long)whole)
            : OrderDigits(DigitsOf(integer), new BigInteger(whole).ToString(CultureInfo.InvariantCulture));
        return order == 0 && number > whole ? -1 : order;
    }

    private static string DigitsOf(in Value integer) => integer.Digits ?? integer.AsInteger.ToString(CultureInfo.InvariantCulture);

    // Digits have no leading zeros, so the longer one is the larger one; no big number is ever built from a client's text.
    private static int OrderDigits(string a, string b)
    {
        var (aNegative, bNegative) = (a[0] == '-', b[0] == '-');
        if (aNegative != bNegative)
            return aNegative ? -1 : 1;
        var order = a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b);
        return aNegative ? -order : order;
    }

    private static bool AreArraysEqual(JsonElement a, JsonElement b)
    {
        if (a.GetArrayLength() != b.GetArrayLength())
            return false;
        using var others = b.EnumerateArray();
        foreach (var item in a.EnumerateArray())
        {
            others.MoveNext();
            if (!AreEqual(Value.Of(item), Value.Of(others.Current)))
                return false;
        }
        return true;
    }

    private static bool AreObjectsEqual(JsonElement a, JsonElement b)
    {
        var (mine, theirs) = (Members(a), Members(b));
        return mine.Count == theirs.Count
            && mine.All(member => theirs.TryGetValue(member.Key, out var other) && AreEqual(Value.Of(member.Value), Value.Of(other)));
    }

    // Of members with one name the last counts.
    private static Dictionary<string, JsonElement> Members(JsonElement json)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
            members[JsonText.GetName(member)] = member.Value;
        return members;
    }
}
