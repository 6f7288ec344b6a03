namespace Flags.Core;

/// <summary>
/// What our own API and the pages refuse beyond Flipper: constants in places where they fail at every check or can only be a mistake.
/// </summary>
internal static class ConstantRules
{
    /// <summary>Null when the constants among the arguments fit the function. The number of arguments has been checked.</summary>
    public static string? Problem(Call call, string path)
    {
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            if (call.Arguments[i] is Constant { Value: var value } && !Fits(call.Function, i, value))
                return $"{path} takes {Wanted(call.Function)}, argument {i + 1} is {((Constant)call.Arguments[i]).Json}";
        }
        return null;
    }

    private static bool Fits(Function function, int place, Value value) => function switch
    {
        Function.GreaterThan or Function.GreaterThanOrEqualTo or Function.LessThan or Function.LessThanOrEqualTo =>
            value.Kind != ValueKind.Boolean,
        Function.Property or Function.FeatureEnabled => value.Kind == ValueKind.String && value.AsText.Length > 0,
        Function.Time => value.IsNumber || (value.Kind == ValueKind.String && TimeText.Parse(value.AsText) is not null),
        Function.Number => value.IsNumber || (value.Kind == ValueKind.String && NumberPrefix.Exists(value.AsText)),
        Function.Percentage => IsPercentage(value),
        Function.PercentageOfActors => place == 0 ? value.Kind == ValueKind.String : IsPercentage(value),
        Function.Random => value.IsNumber,
        _ => true,
    };

    private static string Wanted(Function function) => function switch
    {
        Function.Property => "the name of a property",
        Function.FeatureEnabled => "the name of a feature",
        Function.Time => "a time such as \"2026-06-15T12:00:00Z\" or seconds since 1970",
        Function.Number => "a number or text that begins with one",
        Function.Percentage => "a number from 0 to 100",
        Function.PercentageOfActors => "a text and a number from 0 to 100",
        Function.Random => "a number",
        _ => "numbers, texts or times",
    };

    private static bool IsPercentage(Value value) => value.IsNumber && value.AsDouble is >= 0 and <= 100;
}
