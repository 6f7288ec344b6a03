using System.Diagnostics;
using Flags.Testing;

namespace Flags.Store.Tests;

[Collection(Alone.Name)]
public sealed class TestPostgresTests
{
    [Fact]
    public async Task Every_database_is_fresh_and_empty()
    {
        var first = await TestPostgres.Shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await EmbeddedFolder.QueryAsync(first, "CREATE TABLE mine ()");

        var second = await TestPostgres.Shared.CreateDatabaseAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(first, second);
        Assert.Equal("0", await EmbeddedFolder.QueryAsync(second, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        await TestPostgres.Shared.DropDatabaseAsync(first, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_template_is_prepared_once_and_copied_at_once_by_many()
    {
        var prepared = 0;
        var copies = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TestPostgres.Shared.CreateDatabaseAsync("once", async template =>
        {
            Interlocked.Increment(ref prepared);
            await EmbeddedFolder.QueryAsync(template, "CREATE TABLE filled AS SELECT generate_series(1, 1000)");
        })));

        Assert.Equal(1, prepared);
        Assert.Equal(5, copies.Distinct().Count());
        foreach (var copy in copies)
            Assert.Equal("1000", await EmbeddedFolder.QueryAsync(copy, "SELECT count(*) FROM filled"));
    }

    [Fact]
    public async Task A_copy_is_made_without_preparing_anything()
    {
        var prepared = 0;
        Task Prepare(string template)
        {
            prepared++;
            return EmbeddedFolder.QueryAsync(template, "CREATE TABLE filled AS SELECT generate_series(1, 1000)");
        }

        await TestPostgres.Shared.CreateDatabaseAsync("quick", Prepare);
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var since = Stopwatch.GetTimestamp();
            await TestPostgres.Shared.CreateDatabaseAsync("quick", Prepare);
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        // 20 to 40 ms in memory, on two shared cores beside other tests.
        TestContext.Current.TestOutputHelper?.WriteLine($"copies took {string.Join(", ", times.Select(ms => $"{ms:0}"))} ms");
        Assert.Equal(1, prepared);
    }

    [Fact]
    public async Task Disposal_stops_it_and_deletes_its_folder()
    {
        var postgres = new TestPostgres();
        await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        Assert.True(Directory.Exists(postgres.Folder));

        await postgres.DisposeAsync();

        Assert.False(Directory.Exists(postgres.Folder));
    }

    [Fact]
    public async Task The_folder_of_a_dead_test_process_is_swept_and_its_server_stopped()
    {
        using var dead = Process.Start("true");
        await dead.WaitForExitAsync(TestContext.Current.CancellationToken);
        // Where nobody else sweeps.
        using var folder = new EmbeddedFolder();
        var left = TestFolders.NewPath(folder.Root, dead.Id);
        using var server = await EmbeddedHostProcess.StartAsync(left);
        var running = Assert.IsType<PostmasterFile>(PostmasterFile.Read(Path.Combine(left, "postgres")));
        await server.KillAsync();

        await using var postgres = new TestPostgres(folder.Root);
        await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);

        Assert.False(running.IsAlive());
        Assert.False(Directory.Exists(left));
    }
}
