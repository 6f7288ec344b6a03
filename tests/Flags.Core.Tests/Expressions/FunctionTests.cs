namespace Flags.Core.Tests;

/// <summary>What the vectors leave open, from the table of functions.</summary>
public sealed class FunctionTests
{
    private const string Big = "123456789012345678901234567890";

    [Theory]
    [InlineData("Equal", "21", "21.0", true)]
    [InlineData("Equal", "9007199254740993", "9007199254740992.0", false)]
    [InlineData("GreaterThan", "9007199254740993", "9007199254740992.0", true)]
    [InlineData("LessThan", "9223372036854775807", "9223372036854775808.0", true)]
    [InlineData("Equal", "-9223372036854775808", "-9223372036854775808.0", true)]
    [InlineData("Equal", Big, Big, true)]
    [InlineData("GreaterThan", Big, "9223372036854775807", true)]
    [InlineData("LessThan", "-" + Big, "-9223372036854775808", true)]
    [InlineData("LessThan", "-" + Big, Big, true)]
    [InlineData("GreaterThan", "-12345678901234567890", "-" + Big, true)]
    [InlineData("Equal", "100000000000000000000", "1e20", true)]
    [InlineData("GreaterThan", "100000000000000000001", "1e20", true)]
    [InlineData("LessThan", Big, "1e300", true)]
    [InlineData("LessThan", "1", "1.5", true)]
    [InlineData("GreaterThan", "-1", "-1.5", true)]
    [InlineData("LessThan", "-2", "-1.5", true)]
    [InlineData("GreaterThan", "1.5", "1", true)]
    [InlineData("Equal", "0.0", "-0.0", true)]
    [InlineData("LessThanOrEqualTo", "0.1", "0.1", true)]
    [InlineData("Equal", "1", "true", false)]
    [InlineData("Equal", "1", "\"1\"", false)]
    [InlineData("GreaterThan", "\"10\"", "\"9\"", false)]
    [InlineData("LessThan", "\"\uFF5E\"", "\"😀\"", true)]
    [InlineData("GreaterThanOrEqualTo", "true", "true", false)]
    public void Pairs_are_compared_by_value_and_kind(string function, string a, string b, bool expected)
    {
        Assert.Equal(expected, Given.Evaluate($$"""{"{{function}}":[{{a}},{{b}}]}""").Enabled);
        var actor = Given.Actor("User;1", $$"""{"a":{{a}},"b":{{b}}}""");
        Assert.Equal(expected, Given.Evaluate($$"""{"{{function}}":[{"Property":["a"]},{"Property":["b"]}]}""", actor).Enabled);
        Assert.Equal(expected, Given.Evaluate($$"""{"{{function}}":[{{a}},{"Property":["b"]}]}""", actor).Enabled);
        Assert.Equal(expected, Given.Evaluate($$"""{"{{function}}":[{"Property":["a"]},{{b}}]}""", actor).Enabled);
    }

    [Theory]
    [InlineData("[1,[2.0]]", "[1.0,[2]]", true)]
    [InlineData("[1]", "[1,2]", false)]
    [InlineData("""{"a":1,"b":[]}""", """{"b":[],"a":1.0}""", true)]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""", true)]
    [InlineData("""{"a":null}""", "{}", false)]
    [InlineData("{}", "[]", false)]
    [InlineData("null", "null", true)]
    [InlineData("null", "false", false)]
    [InlineData("1e400", "2e400", true)]
    public void Properties_are_equal_member_by_member(string a, string b, bool expected) => Assert.Equal(expected,
        Given.Evaluate("""{"Equal":[{"Property":["a"]},{"Property":["b"]}]}""", Given.Actor("User;1", $$"""{"a":{{a}},"b":{{b}}}""")).Enabled);

    [Theory]
    [InlineData("""{"Number":["1_000"]}""", "1000")]
    [InlineData("""{"Number":["-12345678901234567890123"]}""", "-12345678901234567890123")]
    [InlineData("""{"Number":[{"Time":["2026-06-15T12:00:00.25Z"]}]}""", "1781524800.25")]
    [InlineData("""{"Percentage":["12.5%"]}""", "12.5")]
    [InlineData("""{"Percentage":["12"]}""", "12.0")]
    [InlineData("""{"Percentage":[1000000000000000000000000]}""", "100")]
    [InlineData("""{"Percentage":[{"Now":[]}]}""", "100")]
    [InlineData("""{"Time":[-0.5]}""", "1969-12-31 23:59:59 UTC")]
    [InlineData("""{"Time":[-62198755200]}""", "-0001-01-01 00:00:00 UTC")]
    [InlineData("""{"Time":[253402300800]}""", "10000-01-01 00:00:00 UTC")]
    [InlineData("""{"Now":[]}""", "2026-06-15 12:00:00 UTC")]
    [InlineData("""{"Boolean":[1.0]}""", "false")]
    [InlineData("""{"Boolean":[1]}""", "true")]
    public void Conversion_gives_the_text(string expression, string text) =>
        Assert.True(Given.Evaluate($$"""{"Equal":[{"String":[{{expression}}]},"{{text}}"]}""").Enabled);

    [Theory]
    [InlineData("""{"Number":[true]}""")]
    [InlineData("""{"Number":[{"Property":["list"]}]}""")]
    [InlineData("""{"String":[{"Property":["list"]}]}""")]
    [InlineData("""{"Property":[{"Property":["list"]}]}""")]
    [InlineData("""{"FeatureEnabled":[{"Property":["list"]}]}""")]
    [InlineData("""{"Percentage":[true]}""")]
    [InlineData("""{"PercentageOfActors":["a","50"]}""")]
    [InlineData("""{"PercentageOfActors":[{"Property":["list"]},50]}""")]
    [InlineData("""{"Time":[{"Property":["nope"]}]}""")]
    [InlineData("""{"Time":[{"Now":[]}]}""")]
    [InlineData("""{"Time":[1e300]}""")]
    [InlineData("""{"Time":[10000000000000000000]}""")]
    [InlineData("""{"Random":["1"]}""")]
    [InlineData("""{"Random":[false]}""")]
    [InlineData("""{"Random":[{"Property":["endless"]}]}""")]
    public void Wrong_kind_is_an_error(string expression) =>
        Assert.True(Given.Evaluate($$"""{"Any":[true,{{expression}}]}""", Given.Actor("User;1", """{"list":[1],"endless":1e400}""")).ExpressionFailed);

    [Theory]
    [InlineData("", 0.5, "0.5")]
    [InlineData("0", 0.5, "0.5")]
    [InlineData("-0.9", 0.5, "0.5")]
    [InlineData("10", 0.0, "0")]
    [InlineData("10", 0.9999999999999999, "9")]
    [InlineData("-10", 0.55, "5")]
    [InlineData("10.9", 0.95, "9")]
    [InlineData("1000000000000000000000", 0.5, "500000000000000000000")]
    public void Random_draws_from_as_many_integers(string limit, double draw, string drawn)
    {
        var gates = new Gates { Expression = Expression.FromStored($$"""{"Equal":[{"String":[{"Random":[{{limit}}]}]},"{{drawn}}"]}""") };
        Assert.True(Given.Snapshot(Given.Feature("search", gates)).IsEnabled("search", Given.Drawing(draw)));
    }

    [Fact]
    public void All_and_Any_of_nothing_are_true_and_false()
    {
        Assert.True(Given.Evaluate("""{"All":[]}""").Enabled);
        Assert.False(Given.Evaluate("""{"Any":[]}""").Enabled);
        Assert.True(Given.Evaluate("""{"All":[0,""]}""").Enabled);
    }

    [Fact]
    public void The_id_is_the_actors_whatever_the_properties_say()
    {
        const string isSet = """{"NotEqual":[{"Property":["flipper_id"]},{"Property":["is never set"]}]}""";
        Assert.False(Given.Evaluate(isSet, Given.Actor(null, """{"flipper_id":"User;1"}""")).Enabled);
        Assert.True(Given.Evaluate(isSet, Given.Actor("User;1")).Enabled);
    }

    [Fact]
    public void Text_that_is_no_Unicode_is_compared_without_an_error() =>
        Assert.False(Given.Evaluate("""{"GreaterThan":["a",{"Property":["p"]}]}""", Given.Actor("User;1", """{"p":"\ud800"}""")).ExpressionFailed);
}
