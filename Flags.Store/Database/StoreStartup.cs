using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flags.Store;

/// <summary>Makes the database ready: migrations if it is older than this build, and the generation it continues.</summary>
public sealed partial class StoreStartup(Database database, StoreOptions options, ILogger<StoreStartup> log)
{
    /// <summary>A constant and not asked of EF, whose model would cost every start a quarter of a second; a test compares them.</summary>
    internal const string NewestMigration = "20261121140000_ClaimsAndWorkers";

    /// <summary>A new generation when the row and reality differ (a restore, a fail-over, a copied cluster), with the guard; see DeploySafety.sql.</summary>
    private const string Generation = "select flags.check_generation()";

    /// <summary>After the generation: a guard that is armed now must cover the leases that were granted before.</summary>
    private const string LongestLease = "update flags.generation set max_lease_seconds = $1 where max_lease_seconds <> $1";

    private const string TakeLock = "select pg_advisory_xact_lock(1179402568, 4)";

    private static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(1.5);

    /// <summary>A database that reads are to wait for does not hang any sooner.</summary>
    private TimeSpan Patience => options.ReadPatience > ShortestPatience ? options.ReadPatience : ShortestPatience;

    /// <summary>Why the server cannot do its work now; null when it can. A standby, where nothing can be written, is not ready.</summary>
    public async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        try
        {
            bool standby = await database.RunAsync(async connection =>
            {
                await using var command = new NpgsqlCommand("select pg_is_in_recovery()", connection);
                return (bool)(await command.ExecuteScalarAsync(cancellation))!;
            }, cancellation).WaitAsync(Patience, cancellation);
            return standby ? "The database is a standby: nothing can be written." : null;
        }
        catch (StoreUnavailableException down)
        {
            return down.Message;
        }
        catch (TimeoutException)
        {
            return "The database hangs.";
        }
    }

    /// <summary>Repeats until it is done: a server may start before its database.</summary>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await MigrateAsync(cancellation);
                await database.RunUnpreparedAsync(connection => ExecuteAsync(connection, Generation, cancellation), cancellation);
                await database.RunUnpreparedAsync(connection => ExecuteAsync(connection, LongestLease, cancellation, Sql.Of(options.LongestLease.TotalSeconds)), cancellation);
                database.IsPrepared = true;
                return;
            }
            catch (StoreUnavailableException failure)
            {
                LogWaiting(failure.InnerException?.Message ?? failure.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }
        }
    }

    /// <summary>Makes the first key for cookies and forms, once for all replicas.</summary>
    public static Task PrepareKeysAsync(Database database, IKeyManager keys, CancellationToken cancellation) =>
        DataProtectionKeys.PrepareAsync(database, keys, cancellation);

    /// <summary>Migrates a database that no server uses yet.</summary>
    internal static async Task MigrateAsync(string connectionString)
    {
        await using var migrator = new Database(connectionString);
        // EF locks the table of its history, which on an empty database is not there yet: servers that start together would migrate twice.
        await using NpgsqlConnection connection = await migrator.Source.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, TakeLock, CancellationToken.None);
        await using FlagsDb db = DesignTime.Create(migrator.Source);
        await db.Database.MigrateAsync();
    }

    private async Task MigrateAsync(CancellationToken cancellation)
    {
        string? applied = await database.RunUnpreparedAsync(connection => NewestAppliedAsync(connection, cancellation), cancellation);
        if (applied is not null && string.CompareOrdinal(applied, NewestMigration) >= 0)
            return;
        LogMigrating(applied ?? "nothing", NewestMigration);
        await database.RunUnpreparedAsync(async _ =>
        {
            await MigrateAsync(options.MigrateConnectionString ?? options.ConnectionString);
            return true;
        }, cancellation);
    }

    /// <summary>EF's settings, the same at run time, for migrations and in tests.</summary>
    internal static DbContextOptionsBuilder<FlagsDb> Configure(DbContextOptionsBuilder<FlagsDb> builder, NpgsqlDataSource source)
    {
        builder.UseNpgsql(source, npgsql => npgsql.MigrationsHistoryTable(FlagsDb.MigrationsTable, FlagsDb.Schema));
        return builder;
    }

    private static async Task<string?> NewestAppliedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await using var command = new NpgsqlCommand("""select max("MigrationId") from flags.migrations""", connection);
            return await command.ExecuteScalarAsync(cancellation) as string;
        }
        catch (PostgresException missing) when (missing.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName)
        {
            return null;
        }
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(10, LogLevel.Information, "Migrating the database from {Applied} to {Newest}.")]
    private partial void LogMigrating(string applied, string newest);

    [LoggerMessage(11, LogLevel.Warning, "Waiting for the database ({Message}).")]
    private partial void LogWaiting(string message);
}
