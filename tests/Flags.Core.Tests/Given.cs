using System.Text.Json;

namespace Flags.Core.Tests;

/// <summary>Short ways to the objects that most tests need.</summary>
internal static class Given
{
    public static DateTimeOffset Now { get; } = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    public static EvaluationContext Context { get; } = Drawing(0.5);

    public static EvaluationContext Drawing(double draw, Action<string, long, string>? failed = null) =>
        new() { Random = () => draw, Now = () => Now, ExpressionFailed = failed };

    public static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;

    public static IReadOnlyDictionary<string, JsonElement> Properties(string json) =>
        Json(json).EnumerateObject().ToDictionary(member => member.Name, member => member.Value);

    public static Actor Actor(string? id, string properties = "{}") => new(id, Properties(properties));

    public static CompiledFeature Feature(string name, Gates gates, bool held = false, long version = 1) =>
        CompiledFeature.Compile(name, gates, held, version);

    public static Snapshot Snapshot(params CompiledFeature[] features) => Core.Snapshot.Create(1, 1, features);

    /// <summary>Checks an expression as the only gate of a feature.</summary>
    public static Evaluation Evaluate(string expression, Actor? actor = null, string feature = "search") =>
        Snapshot(Feature(feature, new Gates { Expression = Expression.FromStored(expression) }))
            .Evaluate(feature, actor is null ? [] : [actor], Context);
}
