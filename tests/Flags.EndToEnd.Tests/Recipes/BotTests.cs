using Flags.Testing;

namespace Flags.EndToEnd.Tests;

/// <summary>docs/recipes/workers/bot.cs: two versions that both receive every message.</summary>
public sealed class BotTests(RunningSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Each_message_is_answered_once_also_when_a_version_is_killed_in_the_middle()
    {
        string folder = Directory.CreateDirectory(Path.Combine(system.Folder, "bot")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "replies"));
        string key = await system.MintAsync("claim");
        await using RunningProcess old = Start(key, folder, "v1", 100), next = Start(key, folder, "v2", 100);
        await old.SaysAsync("v1 is connected", Patience);
        await next.SaysAsync("v2 is connected", Patience);

        await SayAsync(folder, "early", 40);
        await RepliesAsync(folder, "early", 40);
        // Whoever came second has the answer of the first.
        foreach (string id in Ids("early", 40))
            await Eventually.TrueAsync(() => Task.FromResult($"{old.Output}{next.Output}".Contains($"{id}: v1 answered {id}", StringComparison.Ordinal) || $"{old.Output}{next.Output}".Contains($"{id}: v2 answered {id}", StringComparison.Ordinal)), $"{id} was handed on");

        // What the old one answers while the new one sleeps is not answered again, but handed on.
        await next.PauseAsync();
        await SayAsync(folder, "alone", 5);
        await RepliesAsync(folder, "alone", 5);
        next.Signal(RunningProcess.Sigcont);
        foreach (string id in Ids("alone", 5))
            await next.SaysAsync($"{id}: v1 answered {id}", Patience);

        // The old one ends when it is asked to. A third one, which thinks for a minute, is the only one that sees these at once, and is killed meanwhile.
        old.Signal(RunningProcess.Sigterm);
        Assert.Equal(0, await old.ExitAsync(Patience));
        await using RunningProcess dying = Start(key, folder, "v3", 60_000);
        await dying.SaysAsync("v3 is connected", Patience);
        await next.PauseAsync();
        await SayAsync(folder, "late", 10);
        using HttpClient admin = system.Admin();
        foreach (string id in Ids("late", 10))
            await Eventually.TrueAsync(async () => (await admin.GetAsync($"/api/v1/claims/message:{id}")).IsSuccessStatusCode, $"{id} is claimed");
        dying.Signal(RunningProcess.Sigkill);
        next.Signal(RunningProcess.Sigcont);
        await RepliesAsync(folder, "", 55);
        next.Signal(RunningProcess.Sigterm);
        Assert.Equal(0, await next.ExitAsync(Patience));

        string[][] replies = [.. Replies(folder).Select(reply => reply.Split(' '))];
        Assert.Equal(Ids("early", 40).Concat(Ids("alone", 5)).Concat(Ids("late", 10)).Order(), replies.Select(reply => reply[0]).Order());
        Assert.All(replies.Where(reply => reply[0].StartsWith("alone", StringComparison.Ordinal)), reply => Assert.Equal(["v1", "attempt", "1"], reply[1..]));
        // What the killed one had claimed, each once more.
        Assert.All(replies.Where(reply => reply[0].StartsWith("late", StringComparison.Ordinal)), reply => Assert.Equal(["v2", "attempt", "2"], reply[1..]));
    }

    private static IEnumerable<string> Ids(string name, int count) => Enumerable.Range(1, count).Select(n => $"{name}-{n}");

    private static Task SayAsync(string folder, string name, int count) => File.AppendAllLinesAsync(Path.Combine(folder, "messages"), Ids(name, count).Select(id => $"{id} hello"));

    private static IEnumerable<string> Replies(string folder) => Directory.EnumerateFiles(Path.Combine(folder, "replies")).Select(file => Path.GetFileName(file));

    private static Task RepliesAsync(string folder, string name, int count) =>
        Eventually.TrueAsync(() => Task.FromResult(Replies(folder).Count(reply => reply.StartsWith(name, StringComparison.Ordinal)) >= count), $"{count} replies to {name}");

    private RunningProcess Start(string key, string folder, string version, int thinking) => RunningProcess.Bash($"exec {RecipeProgram.Command("bot", version, folder, $"{thinking}")}", folder, system.Environment(key));
}
