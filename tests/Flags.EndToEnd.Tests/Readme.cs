using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Flags.EndToEnd.Tests;

/// <summary>The blocks of README.md, byte for byte.</summary>
internal static partial class Readme
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", ".."));

    public static string Text { get; } = File.ReadAllText(Path.Combine(Root, "README.md"));

    /// <summary>The only block of a language that contains a text.</summary>
    public static string Block(string language, string containing) =>
        Blocks().Single(b => b.Language == language && b.Code.Contains(containing, StringComparison.Ordinal)).Code;

    public static IReadOnlyList<(string Language, string Code)> Blocks() =>
        [.. Fence().Matches(Text).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
