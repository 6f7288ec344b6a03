using System.Globalization;

namespace Flags.Store;

/// <summary>The data folder while this process owns it: <c>postgres/</c> (the cluster), <c>logs/</c>, <c>owner</c>, a README.</summary>
internal sealed class DataFolder : IDisposable
{
    private const string DraftPrefix = "postgres.new-";
    private readonly FileStream _owner;

    private DataFolder(string path, UnprivilegedAccount? account, FileStream owner)
    {
        (FullPath, Account, _owner) = (path, account, owner);
        ClusterMajor = ReadMajor(Cluster);
    }

    public string FullPath { get; }

    public UnprivilegedAccount? Account { get; }

    public string Cluster => Path.Combine(FullPath, "postgres");

    public string Logs => Path.Combine(FullPath, "logs");

    /// <summary>PostgreSQL's major version that made the cluster; null: there is none yet.</summary>
    public int? ClusterMajor { get; }

    public static async Task<DataFolder> OpenAsync(string dataDir, CancellationToken ct)
    {
        var path = Path.GetFullPath(dataDir);
        var account = await UnprivilegedAccount.FindAsync(Path.Combine(path, "postgres"), ct);
        try
        {
            await CreateAsync(path, account, ct);
            var owner = await OwnAsync(path, ct);
            try
            {
                return new DataFolder(path, account, owner);
            }
            catch
            {
                await owner.DisposeAsync();
                throw;
            }
        }
        catch (UnauthorizedAccessException)
        {
            throw new EmbeddedPostgresException(
                $"{path} cannot be written by this account ({Environment.UserName}). Set Flags__DataDir to a folder that can.");
        }
    }

    /// <summary>A folder to make the cluster in, which moves once it is whole: a half-made one must not be taken for it.</summary>
    public async Task<string> CreateDraftAsync(CancellationToken ct)
    {
        var draft = Path.Combine(FullPath, $"{DraftPrefix}{Guid.NewGuid():N}");
        FolderModes.CreatePrivate(draft);
        if (Account is not null)
            await Account.GiveAsync(draft, recursive: false, ct);
        return draft;
    }

    /// <summary>Deletes what an interrupted start left.</summary>
    public void SweepDrafts()
    {
        foreach (var draft in Directory.EnumerateDirectories(FullPath, $"{DraftPrefix}*"))
        {
            try
            {
                Directory.Delete(draft, recursive: true);
            }
            catch (IOException)
            {
                // The initdb of a killed server may still be writing there; the next start sweeps again.
            }
        }
    }

    public void Dispose() => _owner.Dispose();

    private static async Task CreateAsync(string path, UnprivilegedAccount? account, CancellationToken ct)
    {
        // It stays root's own even when PostgreSQL runs as another account: root writes here, and only here, by name.
        if (account is null)
            FolderModes.CreatePrivate(path);
        else
            FolderModes.CreatePassable(path);
        var logs = Path.Combine(path, "logs");
        FolderModes.CreatePrivate(logs);
        if (account is not null)
            await account.GiveAsync(logs, recursive: true, ct);
        await File.WriteAllTextAsync(Path.Combine(path, ".gitignore"), "*\n", ct);
        await File.WriteAllTextAsync(Path.Combine(path, "README.txt"), Readme, ct);
    }

    private static async Task<FileStream> OwnAsync(string path, CancellationToken ct)
    {
        var file = Path.Combine(path, "owner");
        try
        {
            // The operating system gives it back however the process ends; no process id to compare, no stale file.
            var owner = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            owner.SetLength(0);
            await owner.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"), ct);
            await owner.FlushAsync(ct);
            return owner;
        }
        catch (IOException e) when (IsInUse(e))
        {
            throw new EmbeddedPostgresException(
                $"Another Flags server is using {path} (its process id is in {file}). Stop it, give this one a folder of its own with " +
                "Flags__DataDir, or let both use one PostgreSQL with ConnectionStrings__Flags.");
        }
    }

    // EWOULDBLOCK on Linux and macOS, a sharing violation on Windows; every other IOException means something else.
    private static bool IsInUse(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static int? ReadMajor(string cluster)
    {
        if (!Directory.Exists(cluster))
            return null;
        var version = Path.Combine(cluster, "PG_VERSION");
        if (File.Exists(version))
            return int.Parse(File.ReadAllText(version).Split('.')[0], CultureInfo.InvariantCulture);
        throw new EmbeddedPostgresException(
            $"{cluster} holds no PostgreSQL cluster that this account ({Environment.UserName}) can read. Nothing was changed. " +
            "Start Flags as the account that owns it, or set Flags__DataDir to another folder.");
    }

    private const string Readme =
        """
        The database of a Flags server: a PostgreSQL of its own.

          postgres/   the data. Do not edit, and copy only while the server is stopped.
          logs/       PostgreSQL's own messages, a file for each day of the week.
          owner       the process id of the server that uses this folder.

        Back up with pg_dump while it runs; how: docs/operating.md, "The embedded database".

        """;
}
