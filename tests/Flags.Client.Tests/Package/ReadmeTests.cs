using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Flags.Core;

namespace Flags.Client.Tests;

public sealed partial class ReadmeTests
{
    internal static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    [Fact]
    public void Every_block_of_the_README_is_compiled()
    {
        string readme = File.ReadAllText(Path.Combine(Root, "Flags.Client", "README.md")), compiled = Plain(File.ReadAllText(Path.Combine(Here(), "ReadmeSamples.cs")));
        string[] blocks = [.. Block().Matches(readme).Select(match => Plain(match.Groups[1].Value))];
        Assert.Equal(9, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(block, compiled, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_README_does_once_is_done_once_with_a_fake_too()
    {
        using var fake = new FakeFlags();
        var message = new ReadmeSamples.Message(7);
        await Assert.ThrowsAsync<InvalidDataException>(() => fake.Client.RunOnceAsync($"message/{message.Id}", (_, _) => throw new InvalidDataException(), null, TestContext.Current.CancellationToken));
        var first = Assert.IsType<ClaimDone>(await ReadmeSamples.OnceAsync(fake.Client, message));
        var second = Assert.IsType<ClaimDone>(await ReadmeSamples.OnceAsync(fake.Client, message));
        Assert.Equal(("answered", true, "answered", false), (first.Text, first.RanHere, second.Text, second.RanHere));
    }

    [Fact]
    public void What_the_README_says_about_fakes_is_so()
    {
        Assert.True(ReadmeSamples.Fake());
        using var fake = new FakeFlags();
        fake.Set("new_search", new Gates { Groups = ["staff"] });
        (bool on, bool hers, bool theirs, Evaluation why, bool inALoop) = ReadmeSamples.Ask(fake.Client);
        Assert.Equal((false, false, true, Reason.NoMatch, false), (on, hers, theirs, why.Reason, inALoop));
    }

    private static string Plain(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
