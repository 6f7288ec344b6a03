namespace Flags.Api;

/// <summary>Kestrel ends the process when file descriptors run out, so connections are bounded by the process's limit.</summary>
internal static class FileDescriptors
{
    private const int Reserve = 200;

    public static long? MostConnections()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        string[] parts = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return parts.Length > 3 && long.TryParse(parts[3], out long soft) ? Math.Max(100, soft - Reserve) : null;
    }
}
