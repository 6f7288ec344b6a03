using System.Runtime.CompilerServices;

namespace Flags.Architecture.Tests;

/// <summary>Rules of the house style that no analyzer knows.</summary>
public sealed class SourceTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    [Fact]
    public void Files_stay_small()
    {
        Dictionary<string, int> large = Sources().Select(file => (file, lines: File.ReadLines(file).Count())).Where(f => f.lines > 300)
            .ToDictionary(f => Path.GetRelativePath(Root, f.file), f => f.lines);
        Assert.Empty(large);
    }

    [Fact]
    public void Nothing_is_left_for_later_in_the_code()
    {
        string[] marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception", "#reg" + "ion"];
        Assert.Empty(Sources().Where(file => marks.Any(File.ReadAllText(file).Contains)).Select(file => Path.GetRelativePath(Root, file)));
    }

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "Migrations" or "artifacts"));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
