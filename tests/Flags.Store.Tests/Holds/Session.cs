using Flags.Testing;
using Npgsql;

namespace Flags.Store.Tests;

/// <summary>A transaction of its own that a test moves step by step.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private Session(NpgsqlConnection connection, NpgsqlTransaction transaction) => (this.connection, this.transaction) = (connection, transaction);

    public static async Task<Session> BeginAsync(Store store)
    {
        var connection = new NpgsqlConnection(store.ConnectionString);
        await connection.OpenAsync();
        return new Session(connection, await connection.BeginTransactionAsync());
    }

    /// <summary>Starts a statement; it may wait for another session. The answer is its first column.</summary>
    public async Task<string?> Run(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        return (await command.ExecuteScalarAsync())?.ToString();
    }

    /// <summary>Waits until this session waits for a lock.</summary>
    public Task IsBlockedAsync(Store store) => Eventually.TrueAsync(
        async () => await store.SqlAsync<long>($"select count(*) from pg_locks where pid = {connection.ProcessID} and not granted") > 0, "the session waits for a lock");

    public Task CommitAsync() => transaction.CommitAsync();

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
