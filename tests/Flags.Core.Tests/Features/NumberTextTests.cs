using System.Globalization;
using FsCheck.Fluent;

namespace Flags.Core.Tests;

public sealed class NumberTextTests
{
    [Fact]
    public void Text_of_a_double_reads_back_as_the_same_double() =>
        Texts.HoldForAll(ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite), value =>
        {
            var text = NumberText.FromDouble(value);
            return BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(value)
                && NumberText.FromLiteral(text) == text
                && text.Contains('.', StringComparison.Ordinal);
        }, 5000);

    [Fact]
    public void Text_has_the_digits_of_the_shortest_text_of_the_runtime() =>
        Texts.HoldForAll(ArbMap.Default.GeneratorFor<FsCheck.NormalFloat>().Select(value => value.Item), value =>
            Digits(NumberText.FromDouble(value)) == Digits(value.ToString("R", CultureInfo.InvariantCulture)));

    [Fact]
    public void Integers_keep_their_digits() =>
        Texts.HoldForAll(ArbMap.Default.GeneratorFor<System.Numerics.BigInteger>(), value =>
            NumberText.FromLiteral(value.ToString(CultureInfo.InvariantCulture)) == value.ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(1e23, "1.0e+23")]
    [InlineData(1e15, "1.0e+15")]
    [InlineData(999999999999999.9, "999999999999999.9")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00009999, "9.999e-05")]
    [InlineData(1e100, "1.0e+100")]
    [InlineData(-120, "-120.0")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    [InlineData(double.NaN, "NaN")]
    public void Text_changes_its_form_where_Ruby_does(double value, string text) => Assert.Equal(text, NumberText.FromDouble(value));

    [Fact]
    public void Literal_beyond_the_doubles_has_no_text() => Assert.Null(NumberText.FromLiteral("-1e400"));

    private static string Digits(string number) => number.Split('e', 'E')[0].Replace(".", "", StringComparison.Ordinal).Trim('-', '0');
}
