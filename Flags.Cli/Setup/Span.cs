namespace Flags.Cli;

/// <summary>The value of an option that is a time; help shows it as it is written.</summary>
internal readonly record struct Span(TimeSpan Value)
{
    public static implicit operator TimeSpan(Span span) => span.Value;

    public override string ToString() => Text.Of(Value);
}
