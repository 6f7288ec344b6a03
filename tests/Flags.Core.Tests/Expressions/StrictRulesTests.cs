using System.Text.Json;

namespace Flags.Core.Tests;

public sealed class StrictRulesTests
{
    [Theory]
    [InlineData("""{"Time":["nonsense"]}""", "Time takes a time such as \"2026-06-15T12:00:00Z\" or seconds since 1970, argument 1 is \"nonsense\"")]
    [InlineData("""{"Time":[true]}""", "Time takes a time")]
    [InlineData("""{"Percentage":["a"]}""", "Percentage takes a number from 0 to 100, argument 1 is \"a\"")]
    [InlineData("""{"Percentage":[100.5]}""", "Percentage takes a number from 0 to 100, argument 1 is 100.5")]
    [InlineData("""{"PercentageOfActors":[{"Property":["org"]},"50"]}""", "PercentageOfActors takes a text and a number from 0 to 100, argument 2 is \"50\"")]
    [InlineData("""{"PercentageOfActors":[1,50]}""", "PercentageOfActors takes a text")]
    [InlineData("""{"Number":["abc"]}""", "Number takes a number or text that begins with one")]
    [InlineData("""{"Random":["a"]}""", "Random takes a number")]
    [InlineData("""{"Property":[5]}""", "Property takes the name of a property")]
    [InlineData("""{"Property":[""]}""", "Property takes the name of a property")]
    [InlineData("""{"FeatureEnabled":[true]}""", "FeatureEnabled takes the name of a feature")]
    [InlineData("""{"LessThan":[{"Property":["age"]},true]}""", "LessThan takes numbers, texts or times, argument 2 is true")]
    [InlineData("""{"All":[{"Any":[{"LessThan":[false,1]}]}]}""", "All[0].Any[0].LessThan takes numbers")]
    [InlineData("""{"Equal":[1]}""", "Equal takes 2 arguments, has 1")]
    [InlineData("""{"All":[]}""", "All needs at least 1 argument")]
    public void Constant_that_cannot_be_meant_is_refused(string json, string beginning)
    {
        Assert.False(Expression.TryParse(json, ExpressionRules.Strict, out _, out var error));
        Assert.StartsWith(beginning, error, StringComparison.Ordinal);
        Assert.Contains(error, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Expression>(json)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Time":["2026-06-15"]}""")]
    [InlineData("""{"Time":[1781524800.5]}""")]
    [InlineData("""{"Time":[{"Property":["since"]}]}""")]
    [InlineData("""{"Percentage":[0]}""")]
    [InlineData("""{"PercentageOfActors":["x",100]}""")]
    [InlineData("""{"Number":[" 12 apples"]}""")]
    [InlineData("""{"Number":["-.5"]}""")]
    [InlineData("""{"Equal":[{"Property":["admin"]},true]}""")]
    [InlineData("""{"Boolean":["yes"]}""")]
    public void Constant_that_can_be_meant_is_accepted(string json)
    {
        Assert.True(Expression.TryParse(json, ExpressionRules.Strict, out var expression, out var error), error);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<Expression>(json)));
        Assert.Equal(json, expression.ToString());
    }

    [Fact]
    public void What_a_server_stored_is_read_without_the_rules()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new StoredExpressionConverter() } };
        var gates = JsonSerializer.Deserialize<Gates>("""{"expression":{"Any":[{"Time":["nonsense"]},{"Nope":[]}]}}""", options)!;

        Assert.Equal("""{"Any":[{"Time":["nonsense"]},{"Nope":[]}]}""", gates.Expression!.Json);
        Assert.Contains("nonsense", JsonSerializer.Serialize(gates, options), StringComparison.Ordinal);
    }
}
