using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Flags.Testing;

namespace Flags.Cli.Tests;

/// <summary>docs/cli.md does what it says.</summary>
public sealed partial class DocumentTests(FlagsServer server)
{
    [Fact]
    public async Task Every_block_of_the_page_runs()
    {
        // A server of its own: the page speaks of the feature that every server begins with.
        await using TestServer own = await TestServer.StartAsync();
        string folder = Directory.CreateDirectory(server.NewPath("page")).FullName;
        foreach (string script in (string[])["job.sh", "deploy.sh"])
        {
            await File.WriteAllTextAsync(Path.Combine(folder, script), $"#!/bin/sh\necho {script} \"$@\" >> log\n");
            File.SetUnixFileMode(Path.Combine(folder, script), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        string[] blocks = [.. Blocks().Where(block => IsLong || !IsOfFeatures(block))];
        Assert.Equal(IsLong ? 9 : 8, blocks.Length);
        foreach (string block in blocks.Prepend("flags create mail --enabled -q\n"))
        {
            await using RunningFlags bash = server.Through("bash", "-c", $"cd {folder}; export FLAGS_URL={own.Address}; set -e\n{block}");
            await bash.EndsAsync(0);
        }

        string[] ran = ["job.sh", "deploy.sh", "job.sh", "job.sh 1", "job.sh 2", "job.sh 3", "deploy.sh", "deploy.sh", "job.sh nightly"];
        string[] log = await File.ReadAllLinesAsync(Path.Combine(folder, "log"));
        Assert.Equal(ran, log.Select(line => line.TrimEnd()));
    }

    [Fact]
    public async Task The_page_has_the_exit_codes_of_the_help()
    {
        await using RunningFlags help = server.Run("--help");
        string page = await File.ReadAllTextAsync(Path.Combine(Root, "docs", "cli.md"));
        string shown = (await help.EndsAsync(0)).Output;
        string[] codes = [.. Code().Matches(shown[shown.IndexOf("Exit codes:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value.Replace("/", ", "))];
        Assert.True(codes.Length > 10);
        Assert.All(codes, code => Assert.Matches($"\n\\| (\\*\\*)?{code}(\\*\\*)? \\|", page));
    }

    internal static IEnumerable<string> Blocks() => Block().Matches(File.ReadAllText(Path.Combine(Root, "docs", "cli.md"))).Select(match => match.Groups[1].Value);

    /// <summary>Fifteen commands that other tests run: here too with FLAGS_LONG=1.</summary>
    internal static bool IsOfFeatures(string block) => block.Contains("flags list", StringComparison.Ordinal);

    private static bool IsLong => Environment.GetEnvironmentVariable("FLAGS_LONG") == "1";

    internal static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex("^```sh\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex("^  ([0-9/]+) ", RegexOptions.Multiline)]
    private static partial Regex Code();
}
