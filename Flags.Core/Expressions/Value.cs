using System.Globalization;
using System.Text.Json;

namespace Flags.Core;

/// <summary>The kinds of values in expressions. Values of different kinds are unequal, except that integers and doubles are both numbers.</summary>
internal enum ValueKind : byte
{
    Null,
    Boolean,
    String,
    Integer,
    Double,
    Time,
    Array,
    Object,
    Error,
}

/// <summary>
/// A value while an expression is evaluated. Texts, arrays and objects of properties stay in their JSON document until somebody needs them,
/// so that the common comparisons allocate nothing.
/// </summary>
internal readonly struct Value
{
    private readonly string? _text;
    private readonly JsonElement _json;
    private readonly long _bits;
    private readonly int _nanoseconds;

    private Value(ValueKind kind, string? text = null, long bits = 0, int nanoseconds = 0, JsonElement json = default)
    {
        Kind = kind;
        _text = text;
        _bits = bits;
        _nanoseconds = nanoseconds;
        _json = json;
    }

    public ValueKind Kind { get; }

    public bool IsNumber => Kind is ValueKind.Integer or ValueKind.Double;

    /// <summary>Only null and false are falsy; 0 and "" are truthy.</summary>
    public bool IsTruthy => Kind != ValueKind.Null && (Kind != ValueKind.Boolean || _bits != 0);

    public bool AsBoolean => _bits != 0;

    /// <summary>Digits of an integer that does not fit in 64 bits; null for one that does.</summary>
    public string? Digits => _text;

    public long AsInteger => _bits;

    public double AsDouble => Kind == ValueKind.Double ? BitConverter.Int64BitsToDouble(_bits)
        : _text is null ? _bits
        : double.Parse(_text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public Instant AsTime => new(_bits, _nanoseconds);

    /// <summary>The array or object of a property.</summary>
    public JsonElement AsJson => _json;

    /// <summary>The text of a string (allocates for a property), or the message of an error.</summary>
    public string AsText => _text ?? JsonText.GetString(_json);

    /// <summary>The text, without making a string of a property's.</summary>
    public bool HasText(in Value other) => (_text, other._text) switch
    {
        ({ } mine, { } theirs) => string.Equals(mine, theirs, StringComparison.Ordinal),
        ({ } mine, null) => other._json.ValueEquals(mine),
        (null, { } theirs) => _json.ValueEquals(theirs),
        _ => string.Equals(AsText, other.AsText, StringComparison.Ordinal),
    };

    public static Value Of(bool value) => new(ValueKind.Boolean, bits: value ? 1 : 0);

    public static Value Of(string text) => new(ValueKind.String, text);

    public static Value Of(long value) => new(ValueKind.Integer, bits: value);

    public static Value Of(double value) => new(ValueKind.Double, bits: BitConverter.DoubleToInt64Bits(value));

    public static Value Of(Instant time) => new(ValueKind.Time, bits: time.Seconds, nanoseconds: time.Nanoseconds);

    public static Value Error(string message) => new(ValueKind.Error, message);

    /// <summary>A number text or literal; beyond the doubles it is infinite.</summary>
    public static Value OfNumber(string text)
    {
        if (text.AsSpan().ContainsAny('.', 'e', 'E'))
            return Of(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            ? Of(integer)
            : new Value(ValueKind.Integer, text);
    }

    /// <summary>The value of a property. Nothing is copied.</summary>
    public static Value Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        JsonValueKind.Number => OfNumber(json),
        JsonValueKind.String => new Value(ValueKind.String, json: json),
        JsonValueKind.Array => new Value(ValueKind.Array, json: json),
        JsonValueKind.Object => new Value(ValueKind.Object, json: json),
        _ => default,
    };

    private static Value OfNumber(JsonElement json)
    {
        if (json.TryGetInt64(out var integer))
            return Of(integer);
        // An integer literal below 2^63 would have been read above, so this literal has a point or an exponent.
        return json.GetDouble() is var value and > -9223372036854775808.0 and < 9223372036854775808.0 ? Of(value) : OfNumber(json.GetRawText());
    }
}
