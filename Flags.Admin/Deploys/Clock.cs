namespace Flags.Admin;

/// <summary>Lengths of time: as a clock, which the script counts on with, and as words for those without it.</summary>
internal static class Clock
{
    /// <summary><c>1:38</c>, <c>1:58:19</c>; never below nought.</summary>
    public static string Text(TimeSpan time)
    {
        long seconds = Math.Max(0, (long)Math.Floor(time.TotalSeconds));
        return seconds < 3_600 ? $"{seconds / 60}:{seconds % 60:00}" : $"{seconds / 3_600}:{seconds / 60 % 60:00}:{seconds % 60:00}";
    }

    /// <summary><c>1 min 40 s</c>, <c>1 h 58 min</c>, <c>20 s</c>.</summary>
    public static string Words(TimeSpan time)
    {
        long seconds = Math.Max(0, (long)Math.Floor(time.TotalSeconds));
        return seconds switch
        {
            < 60 => $"{seconds} s",
            < 3_600 => seconds % 60 == 0 ? $"{seconds / 60} min" : $"{seconds / 60} min {seconds % 60} s",
            _ => seconds / 60 % 60 == 0 ? $"{seconds / 3_600} h" : $"{seconds / 3_600} h {seconds / 60 % 60} min",
        };
    }

    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ");

    /// <summary>The time of day in UTC; another day's has the date before it.</summary>
    public static string Utc(DateTimeOffset at, DateTimeOffset now) =>
        at.UtcDateTime.ToString(at.UtcDateTime.Date == now.UtcDateTime.Date ? "HH:mm:ss 'UTC'" : "yyyy-MM-dd HH:mm:ss 'UTC'");
}
