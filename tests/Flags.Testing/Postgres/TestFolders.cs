using System.Diagnostics;
using System.Globalization;
using Flags.Store;

namespace Flags.Testing;

/// <summary>The folders of throw-away servers: <c>flags-test-{process id}-{random}</c>.</summary>
public static class TestFolders
{
    private const string Prefix = "flags-test-";
    private const string Memory = "/dev/shm";

    /// <summary>A path that nobody has used, for data that nobody wants to keep.</summary>
    /// <param name="parent">Where; null for where all of them are.</param>
    /// <param name="process">Whose it is; null for this process.</param>
    public static string NewPath(string? parent = null, int? process = null) => Path.Combine(parent ?? Parent(), $"{Prefix}{process ?? Environment.ProcessId}-{Guid.NewGuid():N}");

    /// <summary>Stops and deletes what test processes that were killed have left.</summary>
    internal static async Task SweepAsync(string? parent, CancellationToken ct)
    {
        foreach (var path in Directory.EnumerateDirectories(parent ?? Parent(), $"{Prefix}*").Where(IsOfDeadProcess))
        {
            try
            {
                await StopAndDeleteAsync(path, ct);
            }
            catch (Exception e) when (e is EmbeddedPostgresException or IOException or UnauthorizedAccessException)
            {
                // Another process sweeps it at this moment, or it is another account's.
            }
        }
    }

    // A copy of a database is 300 files: 20 ms in memory, 50 to 500 ms on a virtual machine's disk. 8 MB each, so only where there is room.
    private static string Parent() =>
        Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > 4L << 30 ? Memory : Path.GetTempPath();

    private static async Task StopAndDeleteAsync(string path, CancellationToken ct)
    {
        var options = new EmbeddedPostgresOptions { DataDir = path, Durable = false, Download = false };
        using (var folder = await DataFolder.OpenAsync(path, ct))
        {
            var binaries = await PostgresBinaries.FindAsync(options, folder.Cluster, folder.ClusterMajor, ct);
            await new PostgresCluster(folder, binaries, options).StopAsync();
        }

        Directory.Delete(path, recursive: true);
    }

    private static bool IsOfDeadProcess(string path)
    {
        if (!int.TryParse(Path.GetFileName(path)[Prefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out var pid))
            return false;
        try
        {
            using var process = Process.GetProcessById(pid);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
