using System.Text;

namespace Flags.Store;

/// <summary>
/// A short private folder for the socket: a socket's path ends at 107 bytes, a data folder's does not. Its name is random, so nobody
/// can be there first; postmaster.pid remembers it. Not in XDG_RUNTIME_DIR, which goes away when the person logs out.
/// </summary>
internal static class SocketFolder
{
    // macOS has the lowest limit: 104 with the closing zero.
    private const int LongestPath = 103;
    private const string Prefix = "flags-";

    public static async Task<string> CreateAsync(UnprivilegedAccount? account, CancellationToken ct)
    {
        // Root's own temporary folder may be closed to the account.
        string[] parents = account is null ? [Path.GetTempPath(), "/tmp"] : ["/run", "/tmp"];
        foreach (var parent in parents)
        {
            var folder = Path.Combine(parent, $"{Prefix}{Guid.NewGuid():N}"[..18]);
            if (!Fits(folder) || !TryCreate(folder))
                continue;
            if (account is not null)
                await account.GiveAsync(folder, recursive: false, ct);
            return folder;
        }

        throw new EmbeddedPostgresException(
            $"No folder for the database's socket: none of {string.Join(", ", parents)} is writable and short enough. Set TMPDIR to one that is.");
    }

    /// <summary>Removes the folder if it is one of ours; whatever else postmaster.pid may name stays.</summary>
    public static void Remove(string folder)
    {
        if (!Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal) || !Directory.Exists(folder))
            return;
        File.Delete(Path.Combine(folder, ".s.PGSQL.5432"));
        File.Delete(Path.Combine(folder, ".s.PGSQL.5432.lock"));
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    private static bool Fits(string folder) =>
        Encoding.UTF8.GetByteCount(Path.Combine(folder, ".s.PGSQL.5432.lock")) <= LongestPath && folder.IndexOfAny([',', '"', '\'', '\\']) < 0;

    private static bool TryCreate(string folder)
    {
        try
        {
            FolderModes.CreatePrivate(folder);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
