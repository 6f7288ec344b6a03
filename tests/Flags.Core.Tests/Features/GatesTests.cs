using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core.Tests;

public sealed class GatesTests
{
    private const string Full =
        """{"boolean":true,"expression":{"Equal":[{"Property":["plan"]},"pro"]},"actors":["User;1","é"],"percentageOfActors":12.5,"percentageOfTime":10.0,"groups":["admins"],"deniedActors":["User;9"],"deniedGroups":["bots"]}""";

    private const string Unset =
        """{"boolean":false,"expression":null,"actors":[],"percentageOfActors":null,"percentageOfTime":null,"groups":[],"deniedActors":[],"deniedGroups":[]}""";

    private static readonly JsonSerializerOptions _web = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Theory]
    [InlineData(Full)]
    [InlineData(Unset)]
    public void JSON_comes_back_as_it_was(string json)
    {
        var gates = JsonSerializer.Deserialize<Gates>(json, _web)!;
        Assert.Equal(json, JsonSerializer.Serialize(gates, _web));
        Assert.Equal(gates, JsonSerializer.Deserialize<Gates>(json, _web));
        Assert.Equal(gates.GetHashCode(), JsonSerializer.Deserialize<Gates>(json, _web)!.GetHashCode());
    }

    [Fact]
    public void JSON_works_with_generated_metadata() =>
        Assert.Equal(Full, JsonSerializer.Serialize(JsonSerializer.Deserialize(Full, GatesJson.Default.Gates), GatesJson.Default.Gates).Replace("\\u00E9", "é", StringComparison.Ordinal));

    [Fact]
    public void Lists_are_sorted_by_bytes_and_have_each_member_once()
    {
        var gates = new Gates { Actors = ["b", "😀", "\uFF5E", "a", "b"] };
        Assert.Equal(["a", "b", "\uFF5E", "😀"], gates.Actors);
        Assert.Equal(gates, new Gates { Actors = ["\uFF5E", "😀", "a", "b"] });
        Assert.Empty(JsonSerializer.Deserialize<Gates>("""{"actors":null}""", _web)!.Actors);
    }

    [Fact]
    public void Every_value_counts_for_equality()
    {
        var full = JsonSerializer.Deserialize<Gates>(Full, _web)!;
        Gates[] others =
        [
            full with { Boolean = false }, full with { Expression = null }, full with { Actors = [] }, full with { PercentageOfActors = Percentage.FromStored("12.50") },
            full with { PercentageOfTime = Percentage.FromStored("10") }, full with { Groups = ["admin"] }, full with { DeniedActors = [] }, full with { DeniedGroups = ["bot"] },
        ];
        Assert.All(others, other => Assert.NotEqual(full, other));
        Assert.Equal(others.Length, others.Distinct().Count());
        Assert.Equal(Gates.Empty, new Gates());
    }

    [Fact]
    public void State_is_that_of_the_gates_that_can_open()
    {
        Assert.Equal(FeatureState.Off, Gates.Empty.State);
        Assert.Equal(FeatureState.Off, new Gates { DeniedActors = ["a"], DeniedGroups = ["b"] }.State);
        Assert.Equal(FeatureState.Off, new Gates { PercentageOfActors = Percentage.FromStored("-0.0"), PercentageOfTime = default(Percentage) }.State);
        Assert.Equal(FeatureState.Off, new Gates { Expression = Expression.FromStored("{}") }.State);
        Assert.Equal(FeatureState.Conditional, new Gates { PercentageOfActors = Percentage.FromStored("100") }.State);
        Assert.Equal(FeatureState.Conditional, new Gates { PercentageOfTime = Percentage.FromStored("1.0e-05") }.State);
        Assert.Equal(FeatureState.Conditional, new Gates { Expression = Expression.FromStored("""{"All":[]}""") }.State);
        Assert.Equal(FeatureState.On, new Gates { PercentageOfTime = Percentage.FromStored("100.0") }.State);
        Assert.Equal(FeatureState.On, new Gates { Boolean = true, Actors = ["a"] }.State);
    }

    [Theory]
    [InlineData(Gate.PercentageOfActors, "\"percentageOfActors\"")]
    [InlineData(Gate.DeniedGroup, "\"deniedGroup\"")]
    public void Enums_are_words_in_camel_case(Gate gate, string json)
    {
        Assert.Equal(json, JsonSerializer.Serialize(gate));
        Assert.Equal(gate, JsonSerializer.Deserialize<Gate>(json));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Gate>("3"));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Gate>("\"3\""));
        Assert.Equal("\"notFound\"", JsonSerializer.Serialize(Reason.NotFound));
        Assert.Equal("\"off\"", JsonSerializer.Serialize(FeatureState.Off));
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Gates))]
internal sealed partial class GatesJson : JsonSerializerContext;
