using System.Globalization;
using System.Numerics;

namespace Flags.Core;

/// <summary>What the functions of expressions do, except <c>FeatureEnabled</c>, which is the machine's. No argument is an error.</summary>
internal static class Functions
{
    private const int MaxRandomDigits = 1000;

    /// <summary>The functions that answer true or false: those up to <see cref="Function.LessThanOrEqualTo"/>.</summary>
    public static bool Judge(Function function, ReadOnlySpan<Value> arguments) => function switch
    {
        Function.All => Count(arguments) == arguments.Length,
        Function.Any => Count(arguments) > 0,
        Function.Equal => Comparison.AreEqual(arguments[0], arguments[1]),
        Function.NotEqual => !Comparison.AreEqual(arguments[0], arguments[1]),
        Function.GreaterThan => Comparison.Order(arguments[0], arguments[1]) > 0,
        Function.GreaterThanOrEqualTo => Comparison.Order(arguments[0], arguments[1]) >= 0,
        Function.LessThan => Comparison.Order(arguments[0], arguments[1]) < 0,
        _ => Comparison.Order(arguments[0], arguments[1]) <= 0,
    };

    /// <summary>The other functions.</summary>
    public static Value Apply(Function function, ReadOnlySpan<Value> arguments, in FunctionScope scope) => function switch
    {
        Function.Property => Property(arguments[0], scope.Subject),
        Function.PercentageOfActors => PercentageOfActors(arguments[0], arguments[1], scope.Feature),
        Function.Now => Value.Of(Instant.Of(scope.Context.Now())),
        Function.Random => Random(arguments.IsEmpty ? default : arguments[0], scope.Context),
        _ => Convert(function, arguments[0]),
    };

    /// <summary>The functions that only turn one value into another.</summary>
    public static Value Convert(Function function, in Value value) => function switch
    {
        Function.Boolean => Value.Of(IsTrue(value)),
        Function.Number => Number(value),
        Function.String => TextOf(value) is { } text ? Value.Of(text) : Wrong(function, value),
        Function.Percentage => Percentage(value),
        Function.Time => Time(value),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "not a conversion"),
    };

    /// <summary>Ruby's <c>to_s</c>; null for arrays and objects.</summary>
    public static string? TextOf(in Value value) => value.Kind switch
    {
        ValueKind.Null => "",
        ValueKind.Boolean => value.AsBoolean ? "true" : "false",
        ValueKind.String => value.AsText,
        ValueKind.Integer => value.Digits ?? value.AsInteger.ToString(CultureInfo.InvariantCulture),
        ValueKind.Double => NumberText.FromDouble(value.AsDouble),
        ValueKind.Time => value.AsTime.ToString(),
        _ => null,
    };

    private static int Count(ReadOnlySpan<Value> values)
    {
        var truthy = 0;
        foreach (ref readonly var value in values)
            truthy += value.IsTruthy ? 1 : 0;
        return truthy;
    }

    private static Value Property(in Value name, in Subject subject)
    {
        if (TextOf(name) is not { } text)
            return Wrong(Function.Property, name);
        if (text == "flipper_id")
            return subject.Id is { } id ? Value.Of(id) : default;
        return subject.Actor?.Properties is { } properties && properties.TryGetValue(text, out var json) ? Value.Of(json) : default;
    }

    private static bool IsTrue(in Value value) => value.Kind switch
    {
        ValueKind.Boolean => value.AsBoolean,
        ValueKind.Integer => value.AsInteger == 1,
        ValueKind.String => value.AsText is "true" or "1",
        _ => false,
    };

    private static Value Number(in Value value) => value.Kind switch
    {
        ValueKind.Integer or ValueKind.Double => value,
        ValueKind.Null => Value.Of(0L),
        ValueKind.String when value.AsText is var text => text.Contains('.', StringComparison.Ordinal)
            ? Value.Of(NumberPrefix.Float(text))
            : Value.OfNumber(NumberPrefix.Integer(text)),
        ValueKind.Time => Value.Of(value.AsTime.ToEpoch()),
        _ => Wrong(Function.Number, value),
    };

    private static Value Percentage(in Value value)
    {
        double? number = value.Kind switch
        {
            ValueKind.Integer or ValueKind.Double => value.AsDouble,
            ValueKind.Null => 0,
            ValueKind.String => NumberPrefix.Float(value.AsText),
            ValueKind.Time => value.AsTime.ToEpoch(),
            _ => null,
        };
        // Ruby's clamp gives the limit itself, and the limits are integers.
        return number switch
        {
            null => Wrong(Function.Percentage, value),
            < 0 => Value.Of(0L),
            > 100 => Value.Of(100L),
            _ => Value.Of(number.Value),
        };
    }

    private static Value PercentageOfActors(in Value text, in Value percentage, CompiledFeature feature)
    {
        if (!percentage.IsNumber)
            return Wrong(Function.PercentageOfActors, percentage);
        return TextOf(text) is { } id
            ? Value.Of(feature.Bucket.Of(id) < percentage.AsDouble * 1000)
            : Wrong(Function.PercentageOfActors, text);
    }

    private static Value Time(in Value value)
    {
        var time = value.Kind switch
        {
            ValueKind.Integer when value.Digits is null => Instant.OfEpoch(value.AsInteger),
            ValueKind.Integer or ValueKind.Double => Instant.OfEpoch(value.AsDouble),
            ValueKind.String => TimeText.Parse(value.AsText),
            _ => null,
        };
        return time is { } read ? Value.Of(read) : Wrong(Function.Time, value);
    }

    private static Value Random(in Value limit, EvaluationContext context)
    {
        if (!limit.IsNumber && limit.Kind != ValueKind.Null)
            return Wrong(Function.Random, limit);
        var draw = context.Random();
        if (limit.Kind == ValueKind.Null)
            return Value.Of(draw);
        if (limit.Kind == ValueKind.Double ? !double.IsFinite(limit.AsDouble) : limit.Digits?.Length > MaxRandomDigits)
            return Value.Error("Random cannot draw from so many numbers");
        var count = BigInteger.Abs(limit.Kind == ValueKind.Double ? new BigInteger(limit.AsDouble)
            : limit.Digits is { } digits ? BigInteger.Parse(digits, CultureInfo.InvariantCulture)
            : limit.AsInteger);
        if (count.IsZero)
            return Value.Of(draw);
        // A double in [0, 1) has 53 bits.
        var drawn = (new BigInteger(draw * (1L << 53)) * count) >> 53;
        return Value.OfNumber(drawn.ToString(CultureInfo.InvariantCulture));
    }

    private static Value Wrong(Function function, in Value value) => Value.Error(
        $"{function} cannot use {value.Kind switch
        {
            ValueKind.Null => "null",
            ValueKind.Array => "an array",
            ValueKind.Object => "an object",
            ValueKind.String => $"the text \"{Shorten(value.AsText)}\"",
            _ => TextOf(value),
        }}");

    private static string Shorten(string text) => text.Length <= 50 ? text : text[..50] + "…";
}
