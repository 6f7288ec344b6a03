namespace Flags.Core;

/// <summary>The functions of expressions; the names are those of the JSON, case-sensitive.</summary>
internal enum Function
{
    All,
    Any,
    Equal,
    NotEqual,
    GreaterThan,
    GreaterThanOrEqualTo,
    LessThan,
    LessThanOrEqualTo,
    Property,
    Boolean,
    Number,
    String,
    Percentage,
    PercentageOfActors,
    FeatureEnabled,
    Now,
    Time,
    Random,
}

/// <summary>How many arguments a function takes.</summary>
internal readonly record struct Arity(int Least, int Most)
{
    public static Arity Of(Function function) => function switch
    {
        Function.All or Function.Any => new(0, int.MaxValue),
        Function.Now => new(0, 0),
        Function.Random => new(0, 1),
        Function.Property or Function.Boolean or Function.Number or Function.String or Function.Percentage
            or Function.FeatureEnabled or Function.Time => new(1, 1),
        _ => new(2, 2),
    };

    public bool Allows(int arguments) => arguments >= Least && arguments <= Most;

    public override string ToString() => (Least, Most) switch
    {
        (0, 0) => "no arguments",
        (0, 1) => "at most 1 argument",
        (1, 1) => "1 argument",
        _ => $"{Least} arguments",
    };
}
