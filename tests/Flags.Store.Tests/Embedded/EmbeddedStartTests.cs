using System.Net;
using System.Net.Sockets;
using Flags.Testing;
using Npgsql;

namespace Flags.Store.Tests;

[Collection(Alone.Name)]
public sealed class EmbeddedStartTests(PreparedData prepared) : IClassFixture<PreparedData>, IDisposable
{
    private readonly EmbeddedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task By_default_a_commit_survives_a_power_cut()
    {
        await using var postgres = await EmbeddedFolder.StartAsync(new EmbeddedPostgresOptions { DataDir = _folder.Data });

        Assert.Equal("on on on on 100", await QueryAsync(postgres,
            """
            SELECT concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'),
                current_setting('data_checksums'), current_setting('max_connections'))
            """));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_folder.Data, "logs"), "postgres-*.log"));
    }

    [Fact]
    public async Task Stop_and_start_keeps_the_data()
    {
        await prepared.CopyToAsync(_folder);
        await using (var first = await _folder.StartAsync())
            await QueryAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer");

        await using var second = await _folder.StartAsync();

        Assert.Equal("42", await QueryAsync(second, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Stopping_ends_open_sessions_and_takes_the_processes_and_the_socket_away()
    {
        await prepared.CopyToAsync(_folder);
        var postgres = await EmbeddedFolder.StartAsync(new EmbeddedPostgresOptions { DataDir = _folder.Data });
        var running = Assert.IsType<PostmasterFile>(PostmasterFile.Read(_folder.Cluster));
        await using var open = new NpgsqlConnection(postgres.ConnectionString);
        await open.OpenAsync(TestContext.Current.CancellationToken);

        await postgres.DisposeAsync();
        await postgres.DisposeAsync();

        await Eventually.TrueAsync(() => !running.IsAlive(), "its process is gone");
        Assert.False(Directory.Exists(running.SocketFolder));
        await using var command = new NpgsqlCommand("SELECT 1", open);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_long_path_with_spaces_quotes_and_dollars_is_a_data_folder_like_any_other()
    {
        var strange = $"it's \"a\" $(folder) `of` \\ours, {new string('x', 180)}";
        using var folder = new EmbeddedFolder();
        var options = new EmbeddedPostgresOptions { DataDir = Path.Combine(folder.Root, strange, "data") };
        FolderModes.CreatePassable(Path.Combine(folder.Root, strange));

        await using (var first = await EmbeddedFolder.StartAsync(options))
            await QueryAsync(first, "CREATE TABLE kept ()");
        await using var second = await EmbeddedFolder.StartAsync(options);

        Assert.Equal("0", await QueryAsync(second, "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task With_tcp_only_the_password_in_the_folder_opens_it()
    {
        var options = _folder.Options with { Tcp = true };
        await using (var first = await EmbeddedFolder.StartAsync(options))
            await QueryAsync(first, "CREATE TABLE kept ()");
        await using var postgres = await EmbeddedFolder.StartAsync(options);
        var address = new NpgsqlConnectionStringBuilder(postgres.ConnectionString);

        Assert.Equal("0", await QueryAsync(postgres, "SELECT count(*) FROM kept"));
        Assert.Equal("127.0.0.1", address.Host);
        address.Password = "guess";
        var refused = await Assert.ThrowsAsync<PostgresException>(() => EmbeddedFolder.QueryAsync(address.ConnectionString, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task A_port_that_somebody_took_after_it_was_chosen_is_left_to_them()
    {
        var options = _folder.Options with { Tcp = true };
        using var somebody = new TcpListener(IPAddress.Loopback, 0);
        somebody.Start();
        using var folder = await DataFolder.OpenAsync(options.DataDir, TestContext.Current.CancellationToken);
        var binaries = await PostgresBinaries.FindAsync(options, folder.Cluster, folder.ClusterMajor, TestContext.Current.CancellationToken);
        var (taken, asked) = (((IPEndPoint)somebody.LocalEndpoint).Port, 0);
        var own = new PostgresCluster(folder, binaries, options);
        var cluster = new PostgresCluster(folder, binaries, options) { FindPort = () => asked++ == 0 ? taken : own.FindPort() };
        await cluster.CreateAsync(TestContext.Current.CancellationToken);

        await cluster.StartAsync(TestContext.Current.CancellationToken);

        var running = cluster.Postmaster;
        await cluster.StopAsync();
        Assert.NotNull(running);
        Assert.NotEqual(taken, running.Port);
    }

    [Fact]
    public async Task A_dropped_database_is_made_again()
    {
        await prepared.CopyToAsync(_folder);
        await using (var first = await _folder.StartAsync())
        {
            var other = new NpgsqlConnectionStringBuilder(first.ConnectionString) { Database = "postgres" };
            await EmbeddedFolder.QueryAsync(other.ConnectionString, "DROP DATABASE flags");
        }

        await using var second = await _folder.StartAsync();

        Assert.Equal("flags", await QueryAsync(second, "SELECT current_database()"));
    }

    private static Task<string?> QueryAsync(EmbeddedPostgres postgres, string sql) => EmbeddedFolder.QueryAsync(postgres.ConnectionString, sql);
}
