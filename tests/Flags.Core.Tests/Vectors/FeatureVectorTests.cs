using System.Text.Json;

namespace Flags.Core.Tests;

public sealed class FeatureVectorTests
{
    private static readonly EvaluationContext _withGroups = new()
    {
        Random = () => 0.5,
        Now = () => Given.Now,
        GroupPredicates = new Dictionary<string, Func<Actor, bool>>
        {
            ["admins"] = actor => actor.Properties is { } properties && properties.TryGetValue("admin", out var admin) && admin.ValueKind == JsonValueKind.True,
            ["never"] = _ => false,
        },
    };

    public static TheoryData<int, string> Enabled => VectorFile.Rows("enabled.vectors");

    public static TheoryData<int, string> Names => VectorFile.Rows("feature_name_normalization");

    public static TheoryData<int, string> Numbers => VectorFile.Rows("to_number");

    public static TheoryData<int, string> Booleans => VectorFile.Rows("to_boolean");

    [Theory]
    [MemberData(nameof(Enabled))]
    public void Feature_is_on_by_the_same_gate_as_in_Flipper(int index, string vector)
    {
        var expected = VectorFile.List("enabled.vectors")[index];
        var gates = VectorGates.Read(expected.GetProperty("gates"));
        var actors = Flatten(expected.GetProperty("actors")).Select(ReadActor).ToArray();
        var evaluation = Given.Snapshot(Given.Feature("search", gates)).Evaluate("search", actors, _withGroups);

        Assert.True(expected.Bool("enabled") == evaluation.Enabled, vector);
        Assert.Equal(expected.TextOrNull("opened_by"), evaluation.Gate is { } gate ? FlipperName(gate) : null);
        Assert.Equal(expected.GetProperty("state").GetString(), JsonSerializer.SerializeToElement(gates.State).GetString());
        Assert.Equal(expected.GetProperty("enabled_gate_names").EnumerateArray().Select(name => name.GetString()), gates.NonEmpty.Select(FlipperName));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Name_is_normalised_as_by_Flipper(int index, string vector)
    {
        var expected = VectorFile.List("feature_name_normalization")[index];
        Assert.True(expected.GetProperty("result").GetString() == FeatureName.Normalize(expected.GetProperty("input").GetString()!), vector);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Stored_number_is_read_as_by_Flipper(int index, string vector)
    {
        var expected = VectorFile.List("to_number")[index];
        Assert.True(expected.GetProperty("result").GetRawText() == FlipperValue.ToNumber(expected.GetProperty("input")), vector);
    }

    [Theory]
    [MemberData(nameof(Booleans))]
    public void Stored_boolean_is_read_as_by_Flipper(int index, string vector)
    {
        var expected = VectorFile.List("to_boolean")[index];
        Assert.True(expected.Bool("result") == FlipperValue.ToBoolean(expected.GetProperty("input")), vector);
    }

    // Callers flatten one level and drop nulls before they ask Core.
    private static IEnumerable<JsonElement> Flatten(JsonElement actors) => actors.EnumerateArray()
        .SelectMany(actor => actor.ValueKind == JsonValueKind.Array ? [.. actor.EnumerateArray()] : new[] { actor })
        .Where(actor => actor.ValueKind != JsonValueKind.Null);

    private static Actor ReadActor(JsonElement actor) => new(
        actor.GetProperty("id") is { ValueKind: JsonValueKind.String } id ? id.GetString() : actor.GetProperty("id").GetRawText(),
        actor.TryGetProperty("properties", out var properties) ? Given.Properties(properties.GetRawText()) : null);

    private static string FlipperName(Gate gate) => JsonNamingPolicy.SnakeCaseLower.ConvertName(gate.ToString());
}
