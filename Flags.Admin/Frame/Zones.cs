namespace Flags.Admin;

/// <summary>The time zone people read times in: their browser's, which the script leaves in a cookie, or UTC.</summary>
internal static class Zones
{
    public const string Cookie = "flags-zone", Utc = "UTC";

    /// <summary>The zone of that name; UTC for none and for one that this server does not know.</summary>
    public static TimeZoneInfo Of(string? name) =>
        name is { Length: > 0 and <= 64 } && TimeZoneInfo.TryFindSystemTimeZoneById(Uri.UnescapeDataString(name), out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;

    /// <summary><c>2026-11-21 12:04:05 (+01:00), 11:04:05 UTC</c>; in UTC once is enough.</summary>
    public static string Both(DateTimeOffset at, TimeZoneInfo zone)
    {
        DateTimeOffset there = TimeZoneInfo.ConvertTime(at, zone);
        return there.Offset == TimeSpan.Zero ? at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'")
            : $"{there:yyyy-MM-dd HH:mm:ss} ({there:zzz}), {at.UtcDateTime:HH:mm:ss} UTC";
    }
}
