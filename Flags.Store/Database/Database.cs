using System.Data;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Flags.Store;

/// <summary>Connections to PostgreSQL, and the rules that every use of one follows: bounded waits, retries of lost races, one exception when it is down.</summary>
public sealed class Database : IAsyncDisposable
{
    /// <summary>First statement of every write: limits that end with the transaction, so that a transaction pooler cannot lose or keep them.</summary>
    internal const string Prelude =
        "select set_config('lock_timeout', '2s', true), set_config('statement_timeout', '5s', true), current_setting('transaction_isolation')";

    private const int Attempts = 3;

    public Database(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // Not ContainsKey: it is true for every setting that there is.
        settings.Timeout = settings.ShouldSerialize("Timeout") ? settings.Timeout : 2;
        settings.CommandTimeout = settings.ShouldSerialize("Command Timeout") ? settings.CommandTimeout : 5;
        settings.MaxPoolSize = settings.ShouldSerialize("Maximum Pool Size") ? settings.MaxPoolSize : 25;
        settings.ApplicationName ??= "flags";
        // Nothing here sets a session's state but flags.home, a cache: there is nothing to discard before the next use.
        settings.NoResetOnClose = true;
        MostConnections = settings.MaxPoolSize;
        ConnectionString = settings.ConnectionString;
        Source = NpgsqlDataSource.Create(ConnectionString);
    }

    internal string ConnectionString { get; }

    /// <summary>How many connections this server has at once; 25 unless its connection string says otherwise.</summary>
    public int MostConnections { get; }

    internal NpgsqlDataSource Source { get; }

#if MUTANTS
    /// <summary>Which mechanism a test has taken out of this instance.</summary>
    internal Mutant Mutant { get; set; }

#endif
    /// <summary>Whether migrations are done; until then the store answers as if the database were down.</summary>
    public bool IsPrepared { get; internal set; }

    /// <summary>Runs work on a connection of its own.</summary>
    internal Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation) =>
        IsPrepared ? RunUnpreparedAsync(work, cancellation) : throw new StoreUnavailableException("The server is preparing its database.");

    /// <summary>For preparing only: does not ask whether migrations are done.</summary>
    internal async Task<T> RunUnpreparedAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            await using NpgsqlConnection connection = await Source.OpenConnectionAsync(cancellation);
            return await work(connection);
        }
        catch (Exception failure) when (IsOutage(failure))
        {
            throw new StoreUnavailableException("The database does not answer.", failure);
        }
    }

    /// <summary>Runs the whole of a write; repeats it when it lost a race (deadlock, serialization, lock timeout).</summary>
    internal Task<T> TransactAsync<T>(Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> work, CancellationToken cancellation) =>
        RepeatAsync(() => RunAsync(async connection =>
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
            return await work(connection, transaction);
        }, cancellation), cancellation);

    private static async Task<T> RepeatAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (Exception lost) when (Cause(lost) is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable })
            {
                if (attempt == Attempts)
                    throw new StoreUnavailableException("The database is too busy with other changes of the same features.", lost);
                await Task.Delay(Random.Shared.Next(5, 50) * attempt, cancellation);
            }
        }
    }

    /// <summary>Calls one function of the database that is a whole transaction: one round trip, with the limits of <see cref="Prelude"/>; one row comes back.</summary>
    internal async Task<T> CallAsync<T>(NpgsqlBatchCommand call, Func<NpgsqlDataReader, T> read, CancellationToken cancellation) =>
        (await CallManyAsync(call, read, cancellation))[0];

    /// <inheritdoc cref="CallAsync"/>
    internal Task<IReadOnlyList<T>> CallManyAsync<T>(NpgsqlBatchCommand call, Func<NpgsqlDataReader, T> read, CancellationToken cancellation) =>
        RepeatAsync(() => RunAsync<IReadOnlyList<T>>(async connection =>
        {
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(Sql.Command(Prelude));
            NpgsqlBatchCommand own = Sql.Command(call.CommandText);
            foreach (NpgsqlParameter parameter in call.Parameters)
                own.Parameters.Add(parameter.Clone());
            batch.BatchCommands.Add(own);
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation);
            await ReadPreludeAsync(reader, cancellation);
            await reader.NextResultAsync(cancellation);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellation))
                rows.Add(read(reader));
            return rows;
        }, cancellation), cancellation);

    /// <summary>Checks the answer of <see cref="Prelude"/>: under another isolation level the order of statements proves nothing.</summary>
    internal static async Task ReadPreludeAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        await reader.ReadAsync(cancellation);
        if (reader.GetString(2) != "read committed")
            throw new InvalidOperationException($"Transactions must be read committed, not {reader.GetString(2)}: set default_transaction_isolation for Flags' role.");
    }

    /// <summary>A connection that was refused, broke, timed out, was shut down by the server, or could not be had from the pool.</summary>
    internal static bool IsOutage(Exception failure) => Cause(failure) switch
    {
        PostgresException refused => refused.SqlState.StartsWith("57P", StringComparison.Ordinal) || refused.SqlState.StartsWith("08", StringComparison.Ordinal)
            || refused.SqlState.StartsWith("53", StringComparison.Ordinal) || refused.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled,
        NpgsqlException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>What EF wraps: a failed save, and anything it takes for transient.</summary>
    private static Exception Cause(Exception failure) =>
        failure is DbUpdateException or InvalidOperationException && failure.InnerException is { } inner ? Cause(inner) : failure;

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
