using System.Globalization;
using System.Text.RegularExpressions;

namespace Flags.Store;

/// <summary>A folder with initdb, pg_ctl and postgres of one version.</summary>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    public const int OldestMajor = 14;

    public string InitDb => Program(Folder, "initdb");

    public string PgCtl => Program(Folder, "pg_ctl");

    /// <summary>
    /// The first that fits: on PATH, in the usual folders newest first, the npm package. An existing cluster opens only with its own
    /// major version.
    /// </summary>
    public static async Task<PostgresBinaries> FindAsync(
        EmbeddedPostgresOptions options, string cluster, int? clusterMajor, CancellationToken ct)
    {
        var others = new List<PostgresBinaries>();
        foreach (var folder in options.BinaryFolders ?? [.. PostgresFolders.All()])
        {
            if (await ProbeAsync(folder, ct) is not { } found)
                continue;
            if (found.Major >= OldestMajor && (clusterMajor is null || found.Major == clusterMajor))
                return found;
            others.Add(found);
        }

        if (clusterMajor is { } major && major != PostgresPackage.Major)
            throw OtherMajor(cluster, major, others);
        return await new PackageCache(options).GetAsync(PostgresPackage.ForThisMachine(), ct);
    }

    /// <summary>Null when a program is missing or does not run.</summary>
    public static async Task<PostgresBinaries?> ProbeAsync(string folder, CancellationToken ct)
    {
        if (!File.Exists(Program(folder, "initdb")))
            return null;
        // A link is followed, so that a later change of PATH's links does not swap the version under a running server.
        var initdb = File.ResolveLinkTarget(Program(folder, "initdb"), returnFinalTarget: true);
        folder = initdb is null ? folder : Path.GetDirectoryName(initdb.FullName)!;
        if (!Array.TrueForAll(["pg_ctl", "postgres"], name => File.Exists(Program(folder, name))))
            return null;
        var version = await new OutsideProgram(Program(folder, "postgres"), "--version").RunAsync(ct);
        var match = VersionPattern().Match(version.Output);
        return match.Success ? new PostgresBinaries(folder, int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)) : null;
    }

    private static string Program(string folder, string name) =>
        Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name);

    private static EmbeddedPostgresException OtherMajor(string cluster, int major, List<PostgresBinaries> others)
    {
        var found = others.Count == 0 ? "none was found" : string.Join(", ", others.Select(b => $"{b.Major} in {b.Folder}"));
        return new EmbeddedPostgresException(
            $"{cluster} was made by PostgreSQL {major}, which only programs of version {major} open; found: {found}. Nothing was changed. " +
            $"Install PostgreSQL {major}, or move the data with pg_dump (docs/operating.md, \"Another major version\"), or give Flags " +
            "another folder with Flags__DataDir.");
    }

    [GeneratedRegex(@"PostgreSQL\) (\d+)")]
    private static partial Regex VersionPattern();
}
