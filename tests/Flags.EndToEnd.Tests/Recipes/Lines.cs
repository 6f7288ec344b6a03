using System.Globalization;
using Flags.Testing;

namespace Flags.EndToEnd.Tests;

/// <summary>What ran from when to when, in nanoseconds.</summary>
internal sealed record Span(string What, string Name, long Begin, long End);

/// <summary>A log to which jobs and deploys write: <c>job 7 begin 1700000000</c>.</summary>
internal static class Lines
{
    public static Task CountAsync(string log, string containing, int count) =>
        Eventually.TrueAsync(() => File.Exists(log) && File.ReadLines(log).Count(line => line.Contains(containing, StringComparison.Ordinal)) >= count, $"{count} lines with {containing}");

    /// <param name="log">The file.</param>
    /// <param name="killed">When what has no end was killed.</param>
    public static IReadOnlyList<Span> Spans(string log, long killed) =>
        [.. File.ReadLines(log).Select(line => line.Split(' ')).GroupBy(words => (What: words[0], Name: words[1])).Select(one => new Span(one.Key.What, one.Key.Name, Time(one, "begin") ?? throw new InvalidDataException($"{one.Key} never began"), Time(one, "end") ?? killed))];

    private static long? Time(IEnumerable<string[]> lines, string which) =>
        lines.SingleOrDefault(words => words[2] == which) is { } words ? long.Parse(words[3], CultureInfo.InvariantCulture) : null;
}
