namespace Flags.Store.Tests;

public sealed class EmbeddedRefusalTests : IDisposable
{
    private readonly EmbeddedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_cluster_of_another_major_version_is_named_and_nothing_is_deleted()
    {
        await (await _folder.StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.Cluster, "PG_VERSION"), "13\n", TestContext.Current.CancellationToken);
        var before = Directory.GetFiles(_folder.Cluster, "*", SearchOption.AllDirectories);

        var message = await _folder.RefusalAsync();

        Assert.Contains("was made by PostgreSQL 13", message, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", message, StringComparison.Ordinal);
        Assert.Contains("pg_dump", message, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(_folder.Cluster, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Without_programs_and_with_the_download_forbidden_the_message_names_three_ways_out()
    {
        var options = _folder.Options with { BinaryFolders = [], CacheDir = Path.Combine(_folder.Root, "cache"), Download = false };

        var message = await _folder.RefusalAsync(options);

        Assert.Contains("Flags__Embedded__Download=false forbids it", message, StringComparison.Ordinal);
        Assert.Contains("1. install PostgreSQL", message, StringComparison.Ordinal);
        Assert.Contains("2. set ConnectionStrings__Flags", message, StringComparison.Ordinal);
        Assert.Contains("3. install npm", message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.CacheDir));
    }

    [Fact]
    public async Task An_interrupted_initdb_does_not_block_the_next_start()
    {
        var half = Path.Combine(_folder.Data, "postgres.new-1", "cluster", "base");
        FolderModes.CreatePassable(_folder.Data);
        Directory.CreateDirectory(half);
        await File.WriteAllTextAsync(Path.Combine(half, "..", "PG_VERSION"), "15\n", TestContext.Current.CancellationToken);

        await using var postgres = await _folder.StartAsync();

        Assert.Equal("1", await EmbeddedFolder.QueryAsync(postgres.ConnectionString, "SELECT 1"));
        Assert.Empty(Directory.GetDirectories(_folder.Data, "postgres.new-*"));
    }

    [Fact]
    public async Task A_folder_that_is_no_cluster_is_left_alone()
    {
        Directory.CreateDirectory(_folder.Cluster);
        var file = Path.Combine(_folder.Cluster, "letters.txt");
        await File.WriteAllTextAsync(file, "dear", TestContext.Current.CancellationToken);

        var message = await _folder.RefusalAsync();

        Assert.StartsWith($"{_folder.Cluster} holds no PostgreSQL cluster", message, StringComparison.Ordinal);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task A_start_that_fails_says_what_postgres_said_and_gives_the_folder_back()
    {
        await (await _folder.StartAsync()).DisposeAsync();
        var control = Path.Combine(_folder.Cluster, "global", "pg_control");
        File.Move(control, $"{control}.away");

        var message = await _folder.RefusalAsync();
        File.Move($"{control}.away", control);

        Assert.Contains("pg_control", message, StringComparison.Ordinal);
        await (await _folder.StartAsync()).DisposeAsync();
    }
}
