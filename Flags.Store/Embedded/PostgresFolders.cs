using System.Text.RegularExpressions;

namespace Flags.Store;

/// <summary>Where installers put PostgreSQL's programs.</summary>
internal static partial class PostgresFolders
{
    // {parent, name pattern, folder below}: Debian, PGDG on Red Hat, Alpine, Homebrew, Postgres.app, EDB on Windows, from source.
    private static readonly (string Parent, string Name, string Below)[] Usual =
    [
        ("/usr/lib/postgresql", "*", "bin"),
        ("/usr", "pgsql-*", "bin"),
        ("/usr/libexec", "postgresql*", ""),
        ("/opt/homebrew/opt", "postgresql*", "bin"),
        ("/usr/local/opt", "postgresql*", "bin"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql*", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
        (Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL"), "*", "bin"),
        ("/usr/local", "pgsql*", "bin"),
    ];

    public static IEnumerable<string> All() => OnPath().Concat(Usual.SelectMany(Newest)).Distinct();

    private static IEnumerable<string> OnPath() =>
        OutsideProgram.OnPath("initdb", "initdb.exe") is { } initdb ? [Path.GetDirectoryName(initdb)!] : [];

    private static IEnumerable<string> Newest((string Parent, string Name, string Below) place)
    {
        if (!Directory.Exists(place.Parent))
            return [];
        return Directory.EnumerateDirectories(place.Parent, place.Name)
            .OrderByDescending(folder => int.TryParse(Number().Match(Path.GetFileName(folder)).ValueSpan, out var major) ? major : 0)
            .Select(folder => Path.Combine(folder, place.Below));
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
