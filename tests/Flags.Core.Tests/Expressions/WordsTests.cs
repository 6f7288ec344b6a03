namespace Flags.Core.Tests;

public sealed class WordsTests
{
    [Theory]
    [InlineData("""{"All":[{"Equal":[{"Property":["plan"]},"pro"]},{"GreaterThanOrEqualTo":[{"Property":["age"]},21]}]}""", "plan is \"pro\" and age is at least 21")]
    [InlineData("""{"Any":[{"All":[{"NotEqual":[{"Property":["a"]},1]},{"LessThan":[{"Property":["b"]},2.5]}]},{"Property":["c"]}]}""", "(a is not 1 and b is less than 2.5) or c is set (not false)")]
    [InlineData("""{"All":[{"All":[{"Property":["a"]},{"Property":["b"]}]},{"Any":[{"Property":["c"]}]}]}""", "a is set (not false) and b is set (not false) and c is set (not false)")]
    [InlineData("""{"LessThan":[{"Now":[]},{"Time":["2026-06-15T12:00:00Z"]}]}""", "now is before \"2026-06-15T12:00:00Z\"")]
    [InlineData("""{"GreaterThanOrEqualTo":[{"Time":[{"Property":["since"]}]},{"Now":[]}]}""", "since as a time is at or after now")]
    [InlineData("""{"PercentageOfActors":[{"Property":["flipper_id"]},25]}""", "the actor's id is in a share of 25 %")]
    [InlineData("""{"FeatureEnabled":["search"]}""", "feature \"search\" is on")]
    [InlineData("""{"Equal":[{"Property":["a b"]},true]}""", "property \"a b\" is true")]
    [InlineData("""{"Boolean":[{"Property":["admin"]}]}""", "admin reads as true")]
    [InlineData("""{"LessThan":[{"Random":[100]},{"Number":[{"Property":["n"]}]}]}""", "a random number below 100 is less than n as a number")]
    [InlineData("""{"Equal":[{"All":[true]},{"String":[{"Random":[]}]}]}""", "whether (always) is a random number below 1 as text")]
    [InlineData("""{"Any":[]}""", "never")]
    [InlineData("true", "always")]
    [InlineData("""{"Nope":[]}""", "something that cannot be evaluated (Nope is not a function)")]
    public void Expression_is_said_in_English(string json, string words) => Assert.Equal(words, Expression.FromStored(json).InWords());

    [Fact]
    public void Every_expression_of_the_vectors_has_words()
    {
        foreach (var vector in VectorFile.List("expressions"))
            Assert.NotEmpty(Expression.FromStored(vector.GetProperty("expression").GetRawText()).InWords());
    }
}
