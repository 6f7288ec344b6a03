namespace Flags.Store.Tests;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("jobs_*", "jobs_processing", true)]
    [InlineData("jobs_*", "jobs_", true)]
    [InlineData("jobs_*", "xjobs_a", false)]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "aXbYc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("a", "a", true)]
    [InlineData("a", "ab", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("*ab", "aab", true)]
    public void A_star_stands_for_any_characters(string pattern, string name, bool matches) => Assert.Equal(matches, NamePattern.Matches(pattern, name));

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, "a*", true)]
    [InlineData("a*", null, false)]
    [InlineData("a*", "ab*", true)]
    [InlineData("ab*", "a*", false)]
    [InlineData("a*", "*", false)]
    [InlineData("*", "*", true)]
    public void A_pattern_contains_narrower_ones(string? outer, string? inner, bool contains) => Assert.Equal(contains, NamePattern.Contains(outer, inner));

    [Fact]
    public void Containment_never_grants_more_than_the_outer_pattern()
    {
        var random = new Random(3);
        string Text(string alphabet, int most) => new([.. Enumerable.Range(0, random.Next(most)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
        for (int i = 0; i < 20_000; i++)
        {
            string outer = Text("ab*", 5), inner = Text("ab*", 5), name = Text("ab", 6);
            if (NamePattern.Contains(outer, inner) && NamePattern.Matches(inner, name))
                Assert.True(NamePattern.Matches(outer, name), $"{outer} contains {inner}, which matches {name}");
        }
    }
}
