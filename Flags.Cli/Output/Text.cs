using System.Globalization;

namespace Flags.Cli;

/// <summary>Times and names for people.</summary>
internal static class Text
{
    /// <summary><c>45s</c>, <c>2m10s</c>, <c>1h05m</c>, <c>3d4h</c>; also what options accept.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, Math.Floor(time.TotalMilliseconds))}ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalSeconds)}s"),
        { TotalHours: < 1 } => time.Seconds == 0 ? $"{time.Minutes}m" : $"{time.Minutes}m{time.Seconds:00}s",
        { TotalDays: < 1 } => time.Minutes == 0 ? $"{time.Hours}h" : $"{time.Hours}h{time.Minutes:00}m",
        _ => time.Hours == 0 ? $"{time.Days}d" : $"{time.Days}d{time.Hours}h",
    };

    /// <summary>The time of day here, with the date unless it is today.</summary>
    public static string At(DateTimeOffset at, TimeProvider time)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(at, time.LocalTimeZone);
        string format = local.Date == time.GetLocalNow().Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Quoted where a shell would need it.</summary>
    public static string Word(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':' or '@' or '%' or '+' or ',' or '=')
            ? text
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    public static string Words(IEnumerable<string> texts) => string.Join(' ', texts.Select(Word));

    /// <summary>Nothing that moves the cursor or colours the screen: names and reasons come from others.</summary>
    public static string Plain(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
