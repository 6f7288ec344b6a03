using System.CommandLine;
using System.CommandLine.Parsing;

namespace Flags.Cli;

/// <summary>A command line that cannot be read: what is wrong with it, what was perhaps meant, where help is.</summary>
internal static class WrongUsage
{
    private const int Near = 3;

    public static int Explain(ParseResult parsed)
    {
        using Reporter reporter = Reporter.ToStderr(json: false, quiet: false);
        Command command = parsed.CommandResult.Command;
        string path = Path(parsed.CommandResult);
        string[] unknown = [.. parsed.UnmatchedTokens, .. parsed.Tokens.Where(token => token.Type == TokenType.Argument && token.Value is ['-', _, ..]).Select(token => token.Value)];
        if (unknown.Length > 0)
            reporter.Fail("usage", $"There is no \"{unknown[0]}\" in {path}.", Meant(unknown[0], command) is { } meant ? $"did you mean {path} {meant}?" : $"{path} --help");
        else
            reporter.Fail("usage", string.Join(" ", parsed.Errors.Select(error => error.Message).Distinct()), $"{path} --help");
        return ExitCode.Usage;
    }

    /// <summary>What is typed to come to that command.</summary>
    public static string Path(CommandResult? result) => result?.Parent is CommandResult above ? $"{Path(above)} {result.Command.Name}" : "flags";

    private static string? Meant(string word, Command command)
    {
        IEnumerable<string> words = word.StartsWith('-') ? command.Options.Concat(command.Parents.OfType<Command>().SelectMany(above => above.Options)).Select(option => option.Name) : command.Subcommands.Select(sub => sub.Name);
        return words.Select(known => (known, Distance: Distance(word, known))).Where(found => found.Distance <= Math.Min(Near, (word.Length + 1) / 2)).OrderBy(found => found.Distance).FirstOrDefault().known;
    }

    /// <summary>How many letters must be changed, added or left out (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
