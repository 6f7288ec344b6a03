using Npgsql;

namespace Flags.Store.Tests;

public sealed class EmbeddedRunningTests(EmbeddedRunningTests.Fixture fixture) : IClassFixture<EmbeddedRunningTests.Fixture>
{
    [Fact]
    public async Task A_fresh_folder_becomes_a_utf8_database_in_utc_named_flags()
    {
        Assert.Equal("flags flags UTF8 C UTC", await EmbeddedFolder.QueryAsync(fixture.ConnectionString,
            """
            SELECT concat_ws(' ', current_database(), current_user, current_setting('server_encoding'), datcollate, current_setting('timezone'))
            FROM pg_database WHERE datname = current_database()
            """));
    }

    [Fact]
    public async Task Only_its_owner_enters_the_sockets_folder_and_nothing_listens_on_the_network()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such socket");

        var socket = new NpgsqlConnectionStringBuilder(fixture.ConnectionString).Host!;

        Assert.Equal("700", Convert.ToString((int)new FileInfo(socket).UnixFileMode, 8));
        Assert.True(Path.Combine(socket, ".s.PGSQL.5432").Length < 107, socket);
        Assert.Equal("", await EmbeddedFolder.QueryAsync(fixture.ConnectionString, "SHOW listen_addresses"));
    }

    [Fact]
    public async Task As_root_it_runs_as_an_account_that_owns_only_the_data()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "not root: nothing to change to");
        var running = Assert.IsType<PostmasterFile>(PostmasterFile.Read(fixture.Folder.Cluster));

        var status = await File.ReadAllLinesAsync($"/proc/{running.Pid}/status", TestContext.Current.CancellationToken);

        Assert.DoesNotMatch(@"^Uid:\s+0\b", Assert.Single(status, line => line.StartsWith("Uid:", StringComparison.Ordinal)));
        Assert.Equal("711", Convert.ToString((int)new FileInfo(fixture.Folder.Data).UnixFileMode, 8));
        Assert.Matches(@"^Groups:\s*$", Assert.Single(status, line => line.StartsWith("Groups:", StringComparison.Ordinal)));
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private EmbeddedPostgres? _postgres;

        internal EmbeddedFolder Folder { get; } = new();

        public string ConnectionString => _postgres?.ConnectionString ?? "";

        public async ValueTask InitializeAsync() => _postgres = await Folder.StartAsync();

        public async ValueTask DisposeAsync()
        {
            if (_postgres is not null)
                await _postgres.DisposeAsync();
            Folder.Dispose();
        }
    }
}
