namespace Flags.Admin;

/// <summary>What one line of the rule editor is about.</summary>
public enum RuleKind
{
    /// <summary>A property compared with a value.</summary>
    Compare,

    /// <summary>Before or from a time on.</summary>
    Time,

    /// <summary>A share of a property's values, always the same ones.</summary>
    Share,
}

/// <summary>One line of the rule editor, as it is typed.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Property">The name of the property; not used for <see cref="RuleKind.Time"/>.</param>
/// <param name="Operator">The function: one of <see cref="Comparisons"/> or <see cref="Times"/>.</param>
/// <param name="Type">Of the value: text, number, or yes/no.</param>
/// <param name="Value">As it is typed; a time is UTC, a share is a percentage.</param>
public sealed record Rule(RuleKind Kind, string Property, string Operator, string Type, string Value)
{
    public const string Text = "text", Number = "number", Boolean = "boolean";

    public static readonly (string Name, string Words)[] Comparisons =
    [
        ("Equal", "is"), ("NotEqual", "is not"), ("GreaterThanOrEqualTo", "is at least"), ("GreaterThan", "is more than"), ("LessThanOrEqualTo", "is at most"), ("LessThan", "is less than"),
    ];

    public static readonly (string Name, string Words)[] Times = [("LessThan", "before"), ("GreaterThanOrEqualTo", "from")];

    public static readonly (string Name, string Words)[] Types = [(Text, "text"), (Number, "number"), (Boolean, "yes/no")];

    /// <summary>A new line, by the name of the button that asks for it.</summary>
    public static Rule Of(string template, DateTimeOffset now) => template switch
    {
        "plan" => new Rule(RuleKind.Compare, "plan", "Equal", Text, "pro"),
        "until" => new Rule(RuleKind.Time, "", "LessThan", Text, Midnight(now)),
        "from" => new Rule(RuleKind.Time, "", "GreaterThanOrEqualTo", Text, Midnight(now)),
        "share" => new Rule(RuleKind.Share, "account", "PercentageOfActors", Number, "25"),
        _ => new Rule(RuleKind.Compare, "", "Equal", Text, ""),
    };

    private static string Midnight(DateTimeOffset now) => now.UtcDateTime.Date.AddDays(7).ToString("yyyy-MM-dd'T'HH:mm");
}
