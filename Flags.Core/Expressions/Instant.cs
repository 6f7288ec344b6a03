using System.Globalization;

namespace Flags.Core;

/// <summary>
/// A moment, in seconds since 1970 and nanoseconds, without the limits of .NET's dates: Flipper takes any number of seconds as a time.
/// </summary>
internal readonly record struct Instant(long Seconds, int Nanoseconds) : IComparable<Instant>
{
    private const long SecondsPerDay = 86_400;

    /// <summary>Seconds since 1970 as the nearest double.</summary>
    public double ToEpoch() => Seconds + (Nanoseconds / 1e9);

    public static Instant Of(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        return rest < 0
            ? new(seconds - 1, (int)(rest + TimeSpan.TicksPerSecond) * 100)
            : new(seconds, (int)rest * 100);
    }

    /// <summary>Null for what is not finite or further away than 2^62 seconds.</summary>
    public static Instant? OfEpoch(double seconds)
    {
        if (!(Math.Abs(seconds) < 0x4000_0000_0000_0000))
            return null;
        var whole = Math.Floor(seconds);
        return new((long)whole, (int)((seconds - whole) * 1e9));
    }

    /// <summary>Midnight UTC of a day of the Gregorian calendar. Days beyond the month run over into the next.</summary>
    public static long DaysSinceEpoch(long year, int month, int day)
    {
        // Howard Hinnant's days_from_civil: years begin in March, eras have 400 years.
        var y = month <= 2 ? year - 1 : year;
        var era = Math.DivRem(y, 400, out var yearOfEra);
        if (yearOfEra < 0)
            (era, yearOfEra) = (era - 1, yearOfEra + 400);
        var dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        return (era * 146_097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719_468;
    }

    public int CompareTo(Instant other) =>
        Seconds != other.Seconds ? Seconds.CompareTo(other.Seconds) : Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>As Ruby shows a UTC time: <c>2026-06-15 12:00:00 UTC</c>, without the fraction.</summary>
    public override string ToString()
    {
        var days = Math.DivRem(Seconds, SecondsPerDay, out var second);
        if (second < 0)
            (days, second) = (days - 1, second + SecondsPerDay);
        var (year, month, day) = Date(days);
        return string.Create(CultureInfo.InvariantCulture,
            $"{year:0000}-{month:00}-{day:00} {second / 3600:00}:{second / 60 % 60:00}:{second % 60:00} UTC");
    }

    // civil_from_days, the inverse of the above.
    private static (long Year, int Month, int Day) Date(long days)
    {
        var era = Math.DivRem(days + 719_468, 146_097, out var dayOfEra);
        if (dayOfEra < 0)
            (era, dayOfEra) = (era - 1, dayOfEra + 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = (int)(dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100)));
        var marchBased = ((5 * dayOfYear) + 2) / 153;
        var month = marchBased < 10 ? marchBased + 3 : marchBased - 9;
        return ((era * 400) + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (((153 * marchBased) + 2) / 5) + 1);
    }
}
