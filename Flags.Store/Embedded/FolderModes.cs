namespace Flags.Store;

/// <summary>Folders and files whose mode matters; Windows has its access lists instead.</summary>
internal static class FolderModes
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode EverybodyPasses = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode EverybodyReads = EverybodyPasses | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly);
    }

    /// <summary>For what the unprivileged account has to reach below it.</summary>
    public static void CreatePassable(string folder) => Create(folder, EverybodyPasses);

    /// <summary>For programs, which the unprivileged account has to run.</summary>
    public static void CreateReadable(string folder) => Create(folder, EverybodyReads);

    public static async Task WritePrivateAsync(string file, string content, CancellationToken ct)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(file, options);
        await writer.WriteAsync(content.AsMemory(), ct);
    }

    // Set after creation: our umask may say less. A folder that is there keeps its mode.
    private static void Create(string folder, UnixFileMode mode)
    {
        if (Directory.Exists(folder))
            return;
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, mode);
    }
}
