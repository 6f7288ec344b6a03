using Flags.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Flags.Store.Tests;

/// <summary>A data folder of a test's own, and what the tests do with it.</summary>
internal sealed class EmbeddedFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateDirectory(TestFolders.NewPath());

    public EmbeddedFolder()
    {
        // As root PostgreSQL runs as another account, which must get in.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_root.FullName, (UnixFileMode)Convert.ToInt32("755", 8));
        Data = Path.Combine(_root.FullName, "data");
    }

    public string Root => _root.FullName;

    public string Data { get; init; }

    public string Cluster => Path.Combine(Data, "postgres");

    public EmbeddedPostgresOptions Options => new() { DataDir = Data, Durable = false };

    public Task<EmbeddedPostgres> StartAsync() => StartAsync(Options);

    public static Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options) =>
        EmbeddedPostgres.StartAsync(options, NullLogger.Instance, TestContext.Current.CancellationToken);

    public async Task<string> RefusalAsync(EmbeddedPostgresOptions? options = null)
    {
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(async () => await (await StartAsync(options ?? Options)).DisposeAsync());
        return refused.Message;
    }

    /// <summary>One value; runs on a connection of its own, so nothing is pooled across restarts.</summary>
    public static async Task<string?> QueryAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))?.ToString();
    }

    public void Dispose() => _root.Delete(recursive: true);
}
