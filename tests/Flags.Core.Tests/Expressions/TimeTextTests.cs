namespace Flags.Core.Tests;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData("  2026-06-15  ", 1781481600)]
    [InlineData("2026/6/15", 1781481600)]
    [InlineData("20260615", 1781481600)]
    [InlineData("20260615T120000Z", 1781524800)]
    [InlineData("20260615 1200", 1781524800)]
    [InlineData("20260615T1200+0200", 1781517600)]
    [InlineData("2026-06-15T12:00:00,5Z", 1781524800)]
    [InlineData("2026-06-15 12:00:00 UTC", 1781524800)]
    [InlineData("2026-06-15 12:00:00 GMT", 1781524800)]
    [InlineData("2026-06-15 UTC", 1781481600)]
    [InlineData("2026-06-15T12:00-02", 1781532000)]
    [InlineData("2026-06-15T12:00:60Z", 1781524860)]
    [InlineData("2026-02-30T00:00:00Z", 1772409600)]
    [InlineData("Mon, 15 Jun 2026 12:00:00 +0200", 1781517600)]
    [InlineData("15 Jun 2026 12:00:00 GMT", 1781524800)]
    [InlineData("5 Jun 2026 12:00", 1780660800)]
    [InlineData("0000-01-01", -62167219200)]
    [InlineData("1969-12-31T23:59:59Z", -1)]
    public void Time_is_read(string text, long seconds) => Assert.Equal(seconds, TimeText.Parse(text)?.Seconds);

    [Theory]
    [InlineData("")]
    [InlineData("1781524800")]
    [InlineData("2026-06")]
    [InlineData("12:00")]
    [InlineData("2026-06/15")]
    [InlineData("2026-00-01")]
    [InlineData("2026-06-00")]
    [InlineData("2026-06-32")]
    [InlineData("2026-06-15T25:00:00Z")]
    [InlineData("2026-06-15T24:00:01Z")]
    [InlineData("2026-06-15T12:60:00Z")]
    [InlineData("2026-06-15T12:00:61Z")]
    [InlineData("2026-06-15T12")]
    [InlineData("2026-06-15T1:00")]
    [InlineData("2026-06-15T12:00:00.Z")]
    [InlineData("2026-06-15T12:00:00+2")]
    [InlineData("2026-06-15T12:00:00+24:00")]
    [InlineData("2026-06-15T12:00:00+02:60")]
    [InlineData("2026-06-15T12:00:00  Z")]
    [InlineData("2026-06-15T12:00:00 CEST")]
    [InlineData("2026-06-15 and more")]
    [InlineData("20260615T12:00")]
    [InlineData("Mon 15 Jun 2026 12:00:00")]
    [InlineData("Mon, 15 Juin 2026 12:00:00")]
    [InlineData("15 Jun 2026")]
    [InlineData("٢٠٢٦-06-15")]
    public void Anything_else_is_none(string text) => Assert.Null(TimeText.Parse(text));

    [Fact]
    public void Days_are_those_of_the_calendar()
    {
        for (var day = new DateTime(1599, 12, 31); day.Year < 2402; day = day.AddDays(1))
        {
            var seconds = (long)(day - DateTime.UnixEpoch).TotalSeconds;
            Assert.Equal(seconds / 86_400, Instant.DaysSinceEpoch(day.Year, day.Month, day.Day));
            Assert.Equal($"{day:yyyy-MM-dd HH:mm:ss} UTC", new Instant(seconds, 0).ToString());
        }
    }

    [Fact]
    public void Fraction_is_kept_to_the_nanosecond()
    {
        Assert.Equal(123_456_789, TimeText.Parse("2026-06-15T12:00:00.1234567891")?.Nanoseconds);
        Assert.Equal(new Instant(-1, 500_000_000), Instant.OfEpoch(-0.5));
        Assert.Equal(new Instant(-1, 999_999_900), Instant.Of(DateTimeOffset.UnixEpoch.AddTicks(-1)));
        Assert.Null(Instant.OfEpoch(double.NaN));
    }
}
