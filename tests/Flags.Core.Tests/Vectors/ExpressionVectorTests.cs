using System.Text.Json;

namespace Flags.Core.Tests;

public sealed class ExpressionVectorTests
{
    // Flipper stores these and fails later; here writing refuses them.
    private static readonly string[] _refusedHere =
    [
        """{"Property":[]}""", """{"PercentageOfActors":[{"Property":["flipper_id"]}]}""", """{"Now":[1]}""", """{"Equal":[1,1,1]}""",
    ];

    public static TheoryData<int, string> All => VectorFile.Rows("expressions");

    public static TheoryData<int, string> NumberTexts => VectorFile.Rows("number_text");

    public static TheoryData<int, string> TimeTexts => VectorFile.Rows("time_text");

    public static TheoryData<int, string> FeatureEnabled => VectorFile.Rows("feature_enabled.vectors");

    public static TheoryData<string> Direct => [.. VectorFile.Root.GetProperty("feature_enabled").GetProperty("direct").EnumerateObject().Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void Expression_is_built_and_evaluated_as_by_Flipper(int index, string vector)
    {
        var expected = VectorFile.List("expressions")[index];
        var json = expected.GetProperty("expression");
        var text = json.GetRawText();
        var built = Expression.TryParse(json, ExpressionRules.Flipper, out var expression, out var refusal);

        var canBeWritten = expected.TryGetProperty("can_be_enabled", out var can) && can.GetBoolean() && !_refusedHere.Contains(text);
        Assert.True(canBeWritten == built, $"{refusal} {vector}");
        if (built && expected.TryGetProperty("normalized", out var normalized))
            Assert.Equal(normalized.GetRawText(), expression!.Json);
        if (expected.TryGetProperty("build_error", out _))
            return;

        var actor = expected.TextOrNull("flipper_id") is { } id ? new Actor(id, Given.Properties(expected.GetProperty("properties").GetRawText())) : null;
        var feature = expected.GetProperty("feature").GetString()!;
        var evaluation = Given.Evaluate(text, actor, feature);
        Assert.Equal(expected.TryGetProperty("error", out _), evaluation.ExpressionFailed);
        if (evaluation.ExpressionFailed)
            return;
        Assert.True(expected.Bool("enabled") == evaluation.Enabled, vector);
        Assert.True(Has(text, Constant(expected.GetProperty("value")), actor, feature), vector);
    }

    [Theory]
    [MemberData(nameof(NumberTexts))]
    public void Number_has_Flippers_text(int index, string vector)
    {
        var expected = VectorFile.List("number_text")[index];
        var (json, text) = (expected.GetProperty("json").GetString()!, expected.GetProperty("text").GetString()!);

        Assert.Equal(text, NumberText.FromLiteral(json));
        Assert.True(Expression.TryParse($$"""{"String":[{{json}}]}""", ExpressionRules.Flipper, out var expression, out var error), error);
        Assert.Equal($$"""{"String":[{{text}}]}""", expression.Json);
        Assert.True(Has(expression.Json, $"\"{text}\"", null, "search"), vector);
    }

    [Theory]
    [MemberData(nameof(TimeTexts))]
    public void Time_is_read_as_by_Flipper(int index, string vector)
    {
        var expected = VectorFile.List("time_text")[index];
        var time = $$"""{"Time":[{{expected.GetProperty("input").GetRawText()}}]}""";
        if (expected.TryGetProperty("error", out _))
        {
            Assert.True(Given.Evaluate(time).ExpressionFailed, vector);
            return;
        }
        var epoch = expected.GetProperty("epoch").GetDouble();
        Assert.True(Has($$"""{"Number":[{{time}}]}""", NumberText.FromDouble(epoch), null, "search"), vector);
        Assert.True(Has($$"""{"String":[{{time}}]}""", expected.GetProperty("string").GetRawText(), null, "search"), vector);
    }

    [Theory]
    [MemberData(nameof(FeatureEnabled))]
    public void FeatureEnabled_asks_the_other_feature_as_Flipper(int index, string vector)
    {
        var expected = VectorFile.List("feature_enabled.vectors")[index];
        var outer = new Gates { Expression = Expression.FromStored(expected.GetProperty("expression").GetRawText()) };
        var name = expected.GetProperty("in_feature").GetString()!;
        var snapshot = Store().With(1, 2, [Given.Feature(name, outer)], []);
        var actors = expected.TextOrNull("flipper_id") is { } id ? new[] { new Actor(id) } : [];

        Assert.True(expected.Bool("value") == snapshot.Evaluate(name, actors, Given.Context).Enabled, vector);
    }

    [Theory]
    [MemberData(nameof(Direct))]
    public void Feature_with_FeatureEnabled_is_on_as_in_Flipper(string name)
    {
        var expected = VectorFile.Root.GetProperty("feature_enabled").GetProperty("direct").GetProperty(name).GetBoolean();
        Assert.Equal(expected, Store().IsEnabled(name, "User;1", Given.Context));
    }

    private static Snapshot Store() => Given.Snapshot([.. VectorFile.Root.GetProperty("feature_enabled").GetProperty("store")
        .EnumerateObject().Select(feature => Given.Feature(feature.Name, VectorGates.Read(feature.Value)))]);

    // The value, seen from inside: it equals the constant and has the same text, so that 1 and 1.0 differ.
    private static bool Has(string expression, string constant, Actor? actor, string feature) =>
        Given.Evaluate($$"""{"Equal":[{{expression}},{{constant}}]}""", actor, feature).Enabled
        && Given.Evaluate($$"""{"Equal":[{"String":[{{expression}}]},{"String":[{{constant}}]}]}""", actor, feature).Enabled;

    private static string Constant(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => """{"Property":["is never set"]}""",
        JsonValueKind.Object => $$"""{"Time":[{{value.GetProperty("$time").GetRawText()}}]}""",
        _ => value.GetRawText(),
    };
}
