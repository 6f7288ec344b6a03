using Flags.Testing;

namespace Flags.Cli.Tests;

/// <summary>Where address and key come from.</summary>
public sealed class SettingsTests(FlagsServer server)
{
    [Fact]
    public async Task A_login_is_checked_stored_for_nobody_else_and_used()
    {
        Dictionary<string, string?> empty = Empty();
        await using RunningFlags wrong = server.Run(empty, "login", "--server", server.Url);
        await wrong.TypeAsync("flg_wrong\n", close: true);
        await wrong.EndsAsync(77);
        // The time for an answer is the environment's here too.
        await using RunningFlags hasty = server.Run(new Dictionary<string, string?>(empty) { ["FLAGS_TIMEOUT"] = "soon" }, "login", "--server", server.Url);
        await hasty.TypeAsync("flg_wrong\n", close: true);
        Assert.Contains("FLAGS_TIMEOUT is \"soon\"", (await hasty.EndsAsync(78)).Error, StringComparison.Ordinal);
        await using RunningFlags login = server.Run(empty, "login", "--server", server.Url);
        await login.TypeAsync(TestServer.AdminKey + "\n", close: true);
        await login.EndsAsync(0);
        string file = Path.Combine(empty["XDG_CONFIG_HOME"]!, "flags", "login.json");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.DoesNotContain(TestServer.AdminKey, login.Output + login.Error, StringComparison.Ordinal);
        await using RunningFlags list = server.Run(empty, "list");
        await list.EndsAsync(0);

        // A key goes to no other server than the one it was stored for.
        await using RunningFlags elsewhere = server.Run(empty, "list", "--server", "http://127.0.0.1:9");
        Assert.Contains("There is no key for http://127.0.0.1:9", (await elsewhere.EndsAsync(78)).Error, StringComparison.Ordinal);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using RunningFlags open = server.Run(empty, "list");
        Assert.Contains("chmod 600", (await open.EndsAsync(78)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_win_over_the_environment_and_that_over_the_login()
    {
        Dictionary<string, string?> environment = Empty();
        string key = server.NewPath("key");
        await File.WriteAllTextAsync(key, TestServer.AdminKey + "\n");
        environment["FLAGS_URL"] = "http://127.0.0.1:9";
        environment["FLAGS_API_KEY"] = "flg_wrong";
        await using RunningFlags options = server.Run(environment, "list", "--server", server.Url, "--api-key-file", key), wrong = server.Run(environment, "list", "--server", server.Url), unreachable = server.Run(environment, "list", "--api-key-file", key);
        await options.EndsAsync(0);
        await wrong.EndsAsync(77);
        Assert.Contains("FLAGS_URL", (await unreachable.EndsAsync(69)).Error, StringComparison.Ordinal);
        environment["FLAGS_API_KEY"] = null;
        environment["FLAGS_API_KEY_FILE"] = key;
        environment["FLAGS_URL"] = server.Url;
        await using RunningFlags file = server.Run(environment, "list");
        await file.EndsAsync(0);
        environment["FLAGS_API_KEY_FILE"] = "/no/such/file";
        await using RunningFlags missing = server.Run(environment, "list");
        await missing.EndsAsync(78);
    }

    [Fact]
    public async Task A_nested_command_finds_the_same_server()
    {
        string feature = await server.FeatureAsync(), key = server.NewPath("key");
        await File.WriteAllTextAsync(key, TestServer.AdminKey);
        await using RunningFlags job = server.Run(Empty(), "run", "--server", server.Url, "--api-key-file", key, feature, "--", RunningFlags.Program, "check", feature);
        Assert.Equal("on\n", (await job.EndsAsync(0)).Output);
    }

    private Dictionary<string, string?> Empty() => new() { ["FLAGS_URL"] = null, ["FLAGS_API_KEY"] = null, ["XDG_CONFIG_HOME"] = server.NewPath("config") };
}
