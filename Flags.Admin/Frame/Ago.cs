namespace Flags.Admin;

/// <summary>How long ago, in words; the script counts on with the same ones.</summary>
internal static class Ago
{
    public static string Words(TimeSpan ago) => ago switch
    {
        { TotalSeconds: < 5 } => "just now",
        { TotalMinutes: < 1 } => $"{ago.Seconds} s ago",
        { TotalHours: < 1 } => $"{ago.Minutes} min ago",
        { TotalDays: < 1 } => $"{ago.Hours} h ago",
        _ => $"{ago.Days} d ago",
    };
}
