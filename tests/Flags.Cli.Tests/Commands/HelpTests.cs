using System.CommandLine;
using System.Text.RegularExpressions;

namespace Flags.Cli.Tests;

/// <summary>What somebody sees who does not know the command yet.</summary>
public sealed partial class HelpTests(FlagsServer server)
{
    [Fact]
    public void Every_command_has_help_with_examples_and_the_whole_has_the_exit_codes()
    {
        // In this process: two dozen runtimes would have to start for it otherwise.
        RootCommand root = CommandTree.Create(null);
        string help = Help(root, "--help");
        string[] commands = [.. CommandLine().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..help.IndexOf("Examples:", StringComparison.Ordinal)]).Select(match => match.Groups[1].Value)];
        string[] promised = ["run", "deploy", "enable", "disable", "check", "show", "list", "create", "delete", "history", "revert", "export", "import", "hold", "extend", "drain", "release", "force-release", "holds", "leases", "wait", "claim", "workers", "health", "login", "completion"];
        Assert.Equal(promised.Order(StringComparer.Ordinal), commands.Order(StringComparer.Ordinal));
        foreach (string code in (string[])["64", "69", "75", "77", "78", "121", "122", "124/137", "125", "126/127"])
            Assert.Contains($"\n  {code} ", help, StringComparison.Ordinal);
        string[] workers = ["list", "ready", "quiet", "terminate"];
        Assert.All(workers, command => Assert.Matches($"Examples:\n.*flags workers {command}[ \n]", Help(root, "workers", command, "--help")));
        Assert.All(commands, command => Assert.Matches($"Examples:\n.*flags {command}[ \n]", Help(root, command, "--help")));
        AssertPageParses(root);
    }

    [Theory]
    [InlineData("flags run", "rnu")]
    [InlineData("flags force-release", "force-realease")]
    [InlineData("flags check --actor", "check", "x", "--actr", "y")]
    [InlineData("flags list --output", "list", "--outptu", "json")]
    public async Task A_slip_of_the_pen_is_met_with_what_was_meant(string meant, params string[] typed)
    {
        await using RunningFlags wrong = server.Run(typed);
        Assert.Contains($"did you mean {meant}?", (await wrong.EndsAsync(64)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_exist_is_unknown()
    {
        await using RunningFlags wrong = server.Run("toggle");
        Assert.Contains("There is no \"toggle\"", (await wrong.EndsAsync(64)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bash_completes_commands_and_options()
    {
        const string Ask = """
            eval "$(flags completion bash)"
            COMP_LINE="flags de" COMP_POINT=8 COMP_WORDS=(flags de) COMP_CWORD=1; _flags; echo "${COMPREPLY[*]}"
            COMP_LINE="flags run x --on-" COMP_POINT=17 COMP_WORDS=(flags run x --on-) COMP_CWORD=3; _flags; echo "${COMPREPLY[*]}"
            """;
        await using RunningFlags bash = server.Through("bash", "-c", Ask);
        Assert.Equal("delete deploy\n--on-lost --on-unreachable\n", (await bash.EndsAsync(0)).Output);
    }

    [Theory]
    [InlineData("zsh", "#compdef flags")]
    [InlineData("fish", "complete -c flags")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Other_shells_get_their_scripts(string shell, string contains)
    {
        await using RunningFlags script = server.Run("completion", shell);
        Assert.Contains(contains, (await script.EndsAsync(0)).Output, StringComparison.Ordinal);
    }

    private static string Help(RootCommand root, params string[] typed)
    {
        using var output = new StringWriter();
        Assert.Equal(0, root.Parse(typed).Invoke(new InvocationConfiguration { Output = output }));
        return output.ToString();
    }

    /// <summary>The block of docs/cli.md that <see cref="DocumentTests"/> leaves out, since each of its lines is run by other tests.</summary>
    private static void AssertPageParses(RootCommand root)
    {
        string[] lines = [.. DocumentTests.Blocks().Single(DocumentTests.IsOfFeatures).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.True(lines.Length > 10);
        Assert.All(lines, line => Assert.Empty(root.Parse(Command().Match(line).Groups[1].Value.Replace('\'', '"')).Errors));
    }

    [GeneratedRegex("^flags ([^>&]*)")]
    private static partial Regex Command();

    [GeneratedRegex("^  ([a-z-]+) ", RegexOptions.Multiline)]
    private static partial Regex CommandLine();
}
