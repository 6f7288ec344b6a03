using System.Globalization;
using Flags.Testing;

namespace Flags.Cli.Tests;

/// <summary>Processes that wrote their numbers into a file, looked at through /proc.</summary>
internal static class Pids
{
    /// <summary>Writes the number of the shell it stands in, for <see cref="ReadAsync"/>.</summary>
    public static string Write(string file) => $"echo $$ >> {file}";

    public static async Task<IReadOnlyList<int>> ReadAsync(string file, int count = 1)
    {
        await Eventually.TrueAsync(() => File.Exists(file) && File.ReadAllText(file).Count(c => c == '\n') >= count, $"{count} lines in {Path.GetFileName(file)}");
        return [.. File.ReadAllLines(file).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
    }

    /// <summary>Runs; a zombie that nobody has buried does not.</summary>
    public static bool IsAlive(int id) => State(id) is not (null or 'Z' or 'X');

    /// <summary>As ps shows it: R, S, T, Z; null when it is gone.</summary>
    public static char? State(int id) => Fields(id) is { } fields ? fields[0][0] : null;

    public static int Group(int id) => int.Parse(Fields(id)![2], CultureInfo.InvariantCulture);

    public static Task GoneAsync(int id) => Eventually.TrueAsync(() => !IsAlive(id), $"process {id} is gone");

    private static string[]? Fields(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
