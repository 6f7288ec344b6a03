using System.Text;

namespace Flags.Core.Tests;

public sealed class FeatureNameTests
{
    [Theory]
    [InlineData("a\u200Db\u00ADc", "abc")]
    [InlineData("\u3000 a b \u00A0", "a b")]
    [InlineData("x\U000E0041\U0001D173y", "xy")]
    [InlineData("\u115F\u3164\uFFA0", "")]
    [InlineData("É\u0301 / a,B", "É\u0301 / a,B")]
    public void Invisible_characters_and_outer_spaces_are_removed(string name, string normalised) =>
        Assert.Equal(normalised, FeatureName.Normalize(name));

    [Fact]
    public void Normalising_twice_changes_nothing_more() =>
        Texts.HoldForAll(Texts.Any, name => FeatureName.Normalize(FeatureName.Normalize(name)) == FeatureName.Normalize(name));

    [Fact]
    public void Every_character_at_the_edge_of_a_range_is_judged()
    {
        int[] removed = [0x1F, 0x7F, 0x9F, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x200B, 0x200F, 0x202A, 0x202E, 0x2060,
            0x206F, 0x2800, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0, 0xFFF8, 0x1BCA0, 0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF];
        int[] kept = [0x21, 0x7E, 0xA1, 0xAE, 0x34E, 0x350, 0x61B, 0x61D, 0x115E, 0x1161, 0x17B3, 0x17B6, 0x180A, 0x1810, 0x2010, 0x2027, 0x2030,
            0x205E, 0x2070, 0x27FF, 0x2801, 0x3163, 0x3165, 0xFDFF, 0xFE10, 0xFEFE, 0xFF9F, 0xFFA1, 0xFFEF, 0xFFF9, 0x1BC9F, 0x1BCA4, 0x1D172,
            0x1D17B, 0xDFFFF, 0xE1000];

        Assert.All(removed, codePoint => Assert.Equal("ab", FeatureName.Normalize($"a{new Rune(codePoint)}b")));
        Assert.All(kept, codePoint => Assert.Equal($"a{new Rune(codePoint)}b", FeatureName.Normalize($"a{new Rune(codePoint)}b")));
    }

    [Fact]
    public void Name_has_1_to_255_characters_however_many_units_they_take()
    {
        Assert.Null(FeatureName.Problem("a"));
        Assert.Null(FeatureName.Problem(new string('a', 255)));
        Assert.Null(FeatureName.Problem(string.Concat(Enumerable.Repeat("😀", 255))));
        Assert.Equal("A feature's name has 1 to 255 characters; this one has 256.", FeatureName.Problem(new string('a', 256)));
        Assert.Equal("A feature's name has 1 to 255 characters; this one has 0.", FeatureName.Problem(""));
    }

    // Attributes cannot hold half of a surrogate pair.
    [Fact]
    public void What_no_database_stores_is_refused()
    {
        Assert.Contains("U+0000", FeatureName.Problem("a\0b"), StringComparison.Ordinal);
        Assert.Contains("surrogate", FeatureName.Problem("a\uD800"), StringComparison.Ordinal);
        Assert.Contains("surrogate", FeatureName.Problem("\uDC00a"), StringComparison.Ordinal);
    }
}
