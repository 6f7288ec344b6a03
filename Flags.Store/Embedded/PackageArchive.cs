using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Flags.Store;

/// <summary>The npm package's archive. npm cannot carry links: the package lists them in a file, and without them no program starts.</summary>
internal static class PackageArchive
{
    private const string Root = "package/";

    public static async Task UnpackAsync(string archive, string folder, CancellationToken ct)
    {
        await using var packed = File.OpenRead(archive);
        await using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        await using var reader = new TarReader(unpacked);
        while (await reader.GetNextEntryAsync(cancellationToken: ct) is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !entry.Name.StartsWith($"{Root}native/", StringComparison.Ordinal))
                continue;
            var file = Inside(folder, entry.Name[Root.Length..]);
            CreateParents(folder, file);
            await entry.ExtractToFileAsync(file, overwrite: false, ct);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, entry.Mode | UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        await LinkAsync(folder, ct);
    }

    private static async Task LinkAsync(string folder, CancellationToken ct)
    {
        await using var content = File.OpenRead(Path.Combine(folder, "native", "pg-symlinks.json"));
        var links = await JsonSerializer.DeserializeAsync<PackageLink[]>(content, JsonSerializerOptions.Web, ct);
        foreach (var link in links ?? [])
        {
            var (existing, missing) = (Inside(folder, link.Source), Inside(folder, link.Target));
            if (File.Exists(missing))
                continue;
            // Windows makes links only for administrators.
            if (OperatingSystem.IsWindows())
                File.Copy(existing, missing);
            else
                File.CreateSymbolicLink(missing, Path.GetRelativePath(Path.GetDirectoryName(missing)!, existing));
        }
    }

    private static string Inside(string folder, string name)
    {
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new InvalidDataException($"The package names a file outside itself: {name}");
    }

    private static void CreateParents(string folder, string file)
    {
        var parent = Path.GetDirectoryName(file)!;
        if (parent.Length <= folder.Length || Directory.Exists(parent))
            return;
        CreateParents(folder, parent);
        FolderModes.CreateReadable(parent);
    }

    private sealed record PackageLink(string Source, string Target);
}
