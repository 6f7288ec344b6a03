using Npgsql;

namespace Flags.Admin.Tests;

/// <summary>A database of its own on the PostgreSQL of <c>FLAGS_TEST_POSTGRES</c>; dropped afterwards.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly string Postgres = Environment.GetEnvironmentVariable("FLAGS_TEST_POSTGRES") ?? "Host=127.0.0.1;Port=5499;Username=flags;Database=postgres";

    private readonly string name = "admin_" + Guid.NewGuid().ToString("N")[..12];

    public string ConnectionString => new NpgsqlConnectionStringBuilder(Postgres) { Database = name }.ConnectionString;

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await ExecuteAsync($"create database {database.name}");
        return database;
    }

    public async ValueTask DisposeAsync() => await ExecuteAsync($"drop database if exists {name} with (force)");

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Postgres) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
