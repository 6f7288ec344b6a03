using System.Diagnostics;
using System.Globalization;
using Flags.Testing;

namespace Flags.Store.Tests;

public sealed class EmbeddedKillTests(PreparedData prepared) : IClassFixture<PreparedData>, IAsyncLifetime
{
    private readonly EmbeddedFolder _folder = new();

    public async ValueTask InitializeAsync() => await prepared.CopyToAsync(_folder);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_database_of_a_killed_server_goes_on_and_is_adopted_by_the_next()
    {
        using var server = await EmbeddedHostProcess.StartAsync(_folder.Data);
        await EmbeddedFolder.QueryAsync(server.Answer, "CREATE TABLE kept AS SELECT 42 AS answer");
        var running = Running();

        await server.KillAsync();
        await using (var adopted = await _folder.StartAsync())
        {
            Assert.Equal(running, Running());
            Assert.Equal("42", await EmbeddedFolder.QueryAsync(adopted.ConnectionString, "SELECT answer FROM kept"));
        }

        Assert.False(running.IsAlive());
    }

    [Fact]
    public async Task A_server_that_is_told_to_terminate_takes_its_database_along()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM");
        using var server = await EmbeddedHostProcess.StartAsync(_folder.Data);
        var running = Running();

        Assert.Equal(0, await server.TerminateAsync());

        Assert.False(running.IsAlive());
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_ends_with_a_message_and_leaves_the_first_alone()
    {
        using var server = await EmbeddedHostProcess.StartAsync(_folder.Data);

        var message = await _folder.RefusalAsync();
        using var third = await EmbeddedHostProcess.StartAsync(_folder.Data);

        Assert.StartsWith($"Another Flags server is using {_folder.Data}", message, StringComparison.Ordinal);
        Assert.Equal(message, third.Answer);
        Assert.Equal("1", await EmbeddedFolder.QueryAsync(server.Answer, "SELECT 1"));
        await server.KillAsync();
        await (await _folder.StartAsync()).DisposeAsync();
    }

    [Fact]
    public async Task A_killed_database_recovers_at_the_next_start()
    {
        var options = _folder.Options with { Durable = true };
        await using (var first = await EmbeddedFolder.StartAsync(options))
        {
            await EmbeddedFolder.QueryAsync(first.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
            using var postmaster = Process.GetProcessById(Running().Pid);
            postmaster.Kill();
            await postmaster.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await using var second = await EmbeddedFolder.StartAsync(options);

        Assert.Equal("42", await EmbeddedFolder.QueryAsync(second.ConnectionString, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task A_start_waits_for_what_a_killed_database_has_left_running()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks for the process in /proc");
        var options = _folder.Options with { Durable = true };
        int left;
        await using (await EmbeddedFolder.StartAsync(options))
        {
            using var postmaster = Process.GetProcessById(Running().Pid);
            left = await ChildAsync(postmaster.Id, "checkpointer");
            // It cannot notice that its postmaster is gone.
            await SignalAsync("STOP", left);
            postmaster.Kill();
            await postmaster.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var log = Path.Combine(_folder.Data, "logs", "start.log");
        var second = EmbeddedFolder.StartAsync(options);
        await Eventually.TrueAsync(() => second.IsCompleted || Text(log).Contains("pre-existing shared memory block", StringComparison.Ordinal), "the start finds it");
        Assert.False(second.IsCompleted);
        await SignalAsync("CONT", left);

        await using var started = await second;
        Assert.Equal("1", await EmbeddedFolder.QueryAsync(started.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_process_that_got_the_id_of_a_dead_database_does_not_stand_in_the_way()
    {
        // Of PostgreSQL's own account: the ids of others it passes over by itself.
        var account = await UnprivilegedAccount.FindAsync(_folder.Cluster, TestContext.Current.CancellationToken);
        string[] command = [.. account?.Prefix ?? [], "sleep", "60"];
        using var sleeper = Process.Start(command[0], command[1..]);
        await File.WriteAllTextAsync(
            PostmasterFile.In(_folder.Cluster),
            string.Create(CultureInfo.InvariantCulture, $"{sleeper.Id}\n{_folder.Cluster}\n1700000000\n5432\n/gone/flags-socket\n\n  1 1\nready\n"),
            TestContext.Current.CancellationToken);

        await using var postgres = await _folder.StartAsync();

        Assert.NotEqual(sleeper.Id, Running().Pid);
        Assert.False(sleeper.HasExited);
        sleeper.Kill();
    }

    [Fact]
    public async Task A_database_whose_socket_was_cleaned_away_is_restarted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such socket");
        using var server = await EmbeddedHostProcess.StartAsync(_folder.Data);
        var running = Running();
        await server.KillAsync();
        Directory.Delete(running.SocketFolder, recursive: true);

        await using var postgres = await _folder.StartAsync();

        Assert.NotEqual(running.Pid, Running().Pid);
        Assert.False(running.IsAlive());
        Assert.Equal("1", await EmbeddedFolder.QueryAsync(postgres.ConnectionString, "SELECT 1"));
    }

    /// <summary>It says who it is a moment after it was started.</summary>
    private static async Task<int> ChildAsync(int parent, string name)
    {
        int[] found = [];
        await Eventually.TrueAsync(() => (found = [.. Children(parent, name)]).Length > 0, $"there is a {name}");
        return Assert.Single(found);
    }

    private static IEnumerable<int> Children(int parent, string name) => Directory.EnumerateDirectories("/proc")
        .Where(process => int.TryParse(Path.GetFileName(process), out _) && Text(Path.Combine(process, "status")).Contains($"\nPPid:\t{parent}\n", StringComparison.Ordinal))
        .Where(process => Text(Path.Combine(process, "cmdline")).Contains(name, StringComparison.Ordinal)).Select(process => int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture));

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // It ended, or is written anew.
            return "";
        }
    }

    private static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", ["-" + signal, $"{process}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    private PostmasterFile Running() => Assert.IsType<PostmasterFile>(PostmasterFile.Read(_folder.Cluster));
}
