using System.Collections.Concurrent;
using Flags.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Flags.Testing;

/// <summary>
/// A throw-away PostgreSQL, started with the first database that a test asks for. <see cref="Shared"/> serves all tests of a process and
/// goes with it.
/// </summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private readonly string? _parent;
    private readonly Lazy<Task<EmbeddedPostgres>> _postgres;
    private readonly ConcurrentDictionary<string, Lazy<Task>> _templates = new();
    private int _databases;

    /// <param name="parent">Where its folder is, and where it sweeps; null for where all of them are.</param>
    public TestPostgres(string? parent = null)
    {
        (_parent, Folder) = (parent, TestFolders.NewPath(parent));
        _postgres = new Lazy<Task<EmbeddedPostgres>>(StartAsync);
    }

    public static TestPostgres Shared { get; } = StoppedAtExit();

    /// <summary>The data folder, it exists while the server runs.</summary>
    public string Folder { get; }

    /// <summary>A fresh empty database of its own; the answer is its connection string.</summary>
    public Task<string> CreateDatabaseAsync(CancellationToken ct) => CopyAsync("template1", ct);

    /// <summary>A copy of the database that <paramref name="prepare"/> filled once in this process; it must close its connections.</summary>
    public async Task<string> CreateDatabaseAsync(string templateName, Func<string, Task> prepare)
    {
        var template = _templates.GetOrAdd(templateName, name => new Lazy<Task>(() => PrepareAsync(name, prepare)));
        await template.Value;
        return await CopyAsync(templateName, CancellationToken.None);
    }

    /// <summary>For tests that make many databases: about 8 MB each.</summary>
    public Task DropDatabaseAsync(string connectionString, CancellationToken ct) =>
        ExecuteAsync($"""DROP DATABASE "{new NpgsqlConnectionStringBuilder(connectionString).Database}" WITH (FORCE)""", ct);

    public async ValueTask DisposeAsync()
    {
        if (!_postgres.IsValueCreated)
            return;
        await (await _postgres.Value).DisposeAsync();
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private static TestPostgres StoppedAtExit()
    {
        var shared = new TestPostgres();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => shared.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return shared;
    }

    private async Task<EmbeddedPostgres> StartAsync()
    {
        await TestFolders.SweepAsync(_parent, CancellationToken.None);
        var options = new EmbeddedPostgresOptions { DataDir = Folder, Durable = false };
        return await EmbeddedPostgres.StartAsync(options, NullLogger.Instance, CancellationToken.None);
    }

    private async Task PrepareAsync(string name, Func<string, Task> prepare)
    {
        await ExecuteAsync($"""CREATE DATABASE "{name}" """, CancellationToken.None);
        await prepare(await AddressAsync(name, pooling: false));
    }

    private async Task<string> CopyAsync(string template, CancellationToken ct)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"""CREATE DATABASE {name} TEMPLATE "{template}" {await StrategyAsync(ct)}""", ct);
        return await AddressAsync(name, pooling: true);
    }

    // Half the time of the default; PostgreSQL 14 knows nothing else.
    private async Task<string> StrategyAsync(CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        return connection.PostgreSqlVersion.Major > 14 ? "STRATEGY file_copy" : "";
    }

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(await AddressAsync("postgres", pooling: true));
        await connection.OpenAsync(ct);
        return connection;
    }

    // Idle connections are given back soon: hundreds of databases share one server.
    private async Task<string> AddressAsync(string database, bool pooling) =>
        new NpgsqlConnectionStringBuilder((await _postgres.Value).ConnectionString)
        {
            Database = database,
            Pooling = pooling,
            ConnectionIdleLifetime = 10,
            ConnectionPruningInterval = 5,
        }.ConnectionString;
}
