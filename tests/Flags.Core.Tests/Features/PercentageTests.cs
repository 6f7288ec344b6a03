using System.Text.Json;

namespace Flags.Core.Tests;

public sealed class PercentageTests
{
    [Theory]
    [InlineData("5.", "5.0")]
    [InlineData(".5", "0.5")]
    [InlineData("1.0e1", "10.0")]
    [InlineData("1_0", "10")]
    [InlineData("1__0", "1")]
    [InlineData("_1", "0")]
    [InlineData("  +7 %", "7")]
    [InlineData("007", "7")]
    [InlineData("- 5", "0")]
    [InlineData("abc5", "0")]
    [InlineData("1e1.5", "10.0")]
    [InlineData("1._5", "1.0")]
    [InlineData("1.5_5", "1.55")]
    [InlineData("1.5e", "1.5")]
    [InlineData("1.5e-", "1.5")]
    [InlineData("1.0e-99999999999999999999", "0.0")]
    [InlineData("-0", "0")]
    [InlineData("100.00000000000000001", "100.0")]
    public void Text_is_read_as_Ruby_reads_it(string text, string stored)
    {
        Assert.True(Percentage.TryParse(text, out var percentage));
        Assert.Equal(stored, percentage.Text);
        Assert.Equal(percentage, Percentage.FromStored(stored));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("101")]
    [InlineData("-0.5")]
    [InlineData("100.001")]
    [InlineData("1.0e99999999999999999999")]
    [InlineData("99999999999999999999999999999999")]
    public void Text_without_a_digit_or_out_of_range_is_refused(string text)
    {
        Assert.False(Percentage.TryParse(text, out var percentage));
        Assert.Equal(default, percentage);
    }

    [Theory]
    [InlineData("10", "10")]
    [InlineData("10.0", "10.0")]
    [InlineData("1e1", "10.0")]
    [InlineData("0.00001", "1.0e-05")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "-0.0")]
    public void Number_keeps_whether_it_is_an_integer(string json, string stored)
    {
        Assert.True(Percentage.TryFromNumber(json, out var percentage));
        Assert.Equal(stored, percentage.Text);
        Assert.Equal(stored, JsonSerializer.Serialize(JsonSerializer.Deserialize<Percentage>(json)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("01")]
    [InlineData("1,2")]
    [InlineData("[1]")]
    [InlineData("+1")]
    [InlineData("1.")]
    [InlineData("NaN")]
    [InlineData("1e400")]
    [InlineData("100.1")]
    [InlineData("-1")]
    public void What_is_no_number_from_0_to_100_is_refused(string json) => Assert.False(Percentage.TryFromNumber(json, out _));

    [Theory]
    [InlineData("\"10\"")]
    [InlineData("101")]
    [InlineData("true")]
    [InlineData("null")]
    public void JSON_says_what_a_percentage_must_be(string json) =>
        Assert.Contains("must be a number from 0 to 100", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Percentage>(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Default_is_a_stored_zero()
    {
        Assert.Equal("0", default(Percentage).Text);
        Assert.Equal(Percentage.FromStored("0"), default);
        Assert.NotEqual(Percentage.FromStored("0.0"), default);
        Assert.NotEqual(Percentage.FromStored("10"), Percentage.FromStored("10.0"));
    }

    [Theory]
    [InlineData("null", null)]
    [InlineData("\"\"", null)]
    [InlineData("\"abc\"", "0")]
    [InlineData("\"12.5\"", "12.5")]
    [InlineData("7", "7")]
    public void Import_reads_more_than_the_routes(string json, string? stored)
    {
        Assert.True(FlipperValue.TryToPercentage(Given.Json(json), out var percentage));
        Assert.Equal(stored, percentage?.Text);
    }

    [Theory]
    [InlineData("-3")]
    [InlineData("\"100.5\"")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("1e400")]
    public void Import_refuses_what_is_no_percentage(string json) => Assert.False(FlipperValue.TryToPercentage(Given.Json(json), out _));
}
