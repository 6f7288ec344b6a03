using System.Text;

namespace Flags.Core;

/// <summary>Expressions in plain English.</summary>
internal static class Words
{
    /// <summary>The node as a condition.</summary>
    public static string Of(Node node) => node switch
    {
        Constant constant => constant.Value.IsTruthy ? "always" : "never",
        Unreadable unreadable => $"something that cannot be evaluated ({unreadable.Error})",
        Call call => OfCall(call),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private static string OfCall(Call call) => call.Function switch
    {
        Function.All => Join(call, "and", "always"),
        Function.Any => Join(call, "or", "never"),
        Function.Boolean => $"{Operand(call.Arguments[0])} reads as true",
        Function.FeatureEnabled => $"feature {Operand(call.Arguments[0])} is on",
        Function.PercentageOfActors => $"{Operand(call.Arguments[0])} is in a share of {Operand(call.Arguments[1])} %",
        _ when Verb(call) is { } verb => $"{Operand(call.Arguments[0])} {verb} {Operand(call.Arguments[1])}",
        _ => $"{Operand(call)} is set (not false)",
    };

    private static string Join(Call call, string word, string whenEmpty)
    {
        if (call.Arguments.Count == 0)
            return whenEmpty;
        var words = new StringBuilder();
        foreach (var argument in call.Arguments)
        {
            if (words.Length > 0)
                words.Append(' ').Append(word).Append(' ');
            var mixed = call.Arguments.Count > 1 && argument is Call { Function: Function.All or Function.Any, Arguments.Count: > 1 } inner
                && inner.Function != call.Function;
            words.Append(mixed ? $"({Of(argument)})" : Of(argument));
        }
        return words.ToString();
    }

    private static string? Verb(Call call) => (call.Function, call.Arguments.Any(IsTime)) switch
    {
        (Function.Equal, _) => "is",
        (Function.NotEqual, _) => "is not",
        (Function.GreaterThan, true) => "is after",
        (Function.GreaterThan, false) => "is more than",
        (Function.GreaterThanOrEqualTo, true) => "is at or after",
        (Function.GreaterThanOrEqualTo, false) => "is at least",
        (Function.LessThan, true) => "is before",
        (Function.LessThan, false) => "is less than",
        (Function.LessThanOrEqualTo, true) => "is at or before",
        (Function.LessThanOrEqualTo, false) => "is at most",
        _ => null,
    };

    private static bool IsTime(Node node) => node is Call { Function: Function.Now or Function.Time };

    private static string Operand(Node node) => node switch
    {
        Constant constant => constant.Json,
        Call { Function: Function.Property } call => Property(call.Arguments[0]),
        Call { Function: Function.Now } => "now",
        Call { Function: Function.Time, Arguments: [Constant time] } => time.Json,
        Call { Function: Function.Time } call => $"{Operand(call.Arguments[0])} as a time",
        Call { Function: Function.Number } call => $"{Operand(call.Arguments[0])} as a number",
        Call { Function: Function.String } call => $"{Operand(call.Arguments[0])} as text",
        Call { Function: Function.Percentage } call => $"{Operand(call.Arguments[0])} as a percentage",
        Call { Function: Function.Boolean } call => $"{Operand(call.Arguments[0])} as true or false",
        Call { Function: Function.Random, Arguments: [var limit] } => $"a random number below {Operand(limit)}",
        Call { Function: Function.Random } => "a random number below 1",
        _ => $"whether ({Of(node)})",
    };

    private static string Property(Node name) => name switch
    {
        Constant { Value: { Kind: ValueKind.String } value } when value.AsText == "flipper_id" => "the actor's id",
        Constant { Value: { Kind: ValueKind.String } value } when IsWord(value.AsText) => value.AsText,
        _ => $"property {Operand(name)}",
    };

    private static bool IsWord(string name) => name.Length > 0 && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.');
}
