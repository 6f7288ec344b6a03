using System.Text.Json;
using Flags.Core;

namespace Flags.Cli.Tests;

/// <summary><c>flags workers</c> and <c>flags health</c>.</summary>
public sealed class WorkerCommandTests(FlagsServer server)
{
    [Fact]
    public async Task A_deploy_waits_for_its_new_workers_and_tells_the_old_ones()
    {
        string role = $"bot-{Guid.NewGuid():N}";
        await BeatAsync(role, "v1", "ready");
        await BeatAsync(role, "v2", "starting");
        await using RunningFlags missing = server.Run("workers", "ready", "--role", role, "--version", "v2", "--wait", "0s");
        Assert.Contains("0 of 1 workers", (await missing.EndsAsync(75)).Error, StringComparison.Ordinal);
        await using RunningFlags waiting = server.Run("workers", "ready", "--role", role, "--version", "v2", "--min", "1", "--wait", "1m");
        await waiting.SaysAsync("Waiting up to 1m");
        await BeatAsync(role, "v2", "ready");
        Assert.Contains("1 of", (await waiting.EndsAsync(0)).Error, StringComparison.Ordinal);

        // Commands may take long: who is silent for 15 s is lost, and not told.
        await BeatAsync(role, "v1", "ready");
        await using RunningFlags quiet = server.Run("workers", "quiet", "--role", role, "--except-version", "v2", "--reason", "v2 is there");
        Assert.Contains($"1 of {role} are told to be quiet", (await quiet.EndsAsync(0)).Error, StringComparison.Ordinal);
        Assert.Equal("quiet", await BeatAsync(role, "v1", "quiet"));
        Assert.Equal("none", await BeatAsync(role, "v2", "ready"));
        await using RunningFlags terminate = server.Run("workers", "terminate", "--role", role, "--version", "v1", "--json");
        Assert.Equal(1, JsonDocument.Parse((await terminate.EndsAsync(0)).Output).RootElement.GetProperty("told").GetInt32());
        Assert.Equal("terminate", await BeatAsync(role, "v1", "stopped"));

        await BeatAsync(role, "v2", "ready");
        await using RunningFlags list = server.Run("workers", "list", "--role", role);
        string[] lines = (await list.EndsAsync(0)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches($"^{role} +v1 +stopped ", lines[1]);
        Assert.Matches($"^{role} +v2 +ready ", lines[2]);
    }

    [Fact]
    public async Task Health_is_the_age_of_the_ready_file_and_asks_no_server()
    {
        string file = server.NewPath("ready");
        var alone = new Dictionary<string, string?> { ["FLAGS_URL"] = null, ["FLAGS_API_KEY"] = null };
        await using (RunningFlags absent = server.Run(alone, "health", "--file", file))
            Assert.Contains("is not there", (await absent.EndsAsync(1)).Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "bot v1");
        await using (RunningFlags fresh = server.Run(alone, "health", "--file", file, "--max-age", "20s"))
            Assert.Equal("", (await fresh.EndsAsync(0)).Error);
        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-21));
        await using (RunningFlags old = server.Run(alone, "health", "--file", file))
            Assert.Contains("hangs or was killed", (await old.EndsAsync(1)).Error, StringComparison.Ordinal);
        await using (RunningFlags patient = server.Run(alone, "health", "--file", file, "--max-age", "5m"))
            await patient.EndsAsync(0);
        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
        await using (RunningFlags future = server.Run(alone, "health", "--file", file))
            Assert.Contains("in the future", (await future.EndsAsync(1)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("workers")]
    [InlineData("workers", "ready")]
    [InlineData("workers", "quiet")]
    [InlineData("health")]
    [InlineData("health", "--file", "x", "--max-age", "soon")]
    public async Task What_is_missing_is_said(params string[] typed)
    {
        await using RunningFlags wrong = server.Run(typed);
        await wrong.EndsAsync(64);
    }

    private async Task<string> BeatAsync(string role, string version, string state) =>
        (await server.Api.HeartbeatAsync($"{role}-{version}", new Heartbeat { Role = role, Version = version, State = state })).Instruction;
}
