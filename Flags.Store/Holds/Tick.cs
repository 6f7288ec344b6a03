using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flags.Store;

/// <summary>
/// Once a second, on one replica at a time: ends due holds and runs the drain step of every live undrained hold, so holds placed by curl or on a
/// page drain without anybody asking, and a dead deploy blocks nobody for longer than its TTL.
/// </summary>
public sealed partial class Tick(Database database, HoldStore holds, Sweep sweeping, TimeProvider time, ILogger<Tick> log) : BackgroundService
{
    private const string TryLock = "select pg_try_advisory_xact_lock(1179402568, 3), clock_timestamp()";
    private const string Due = "select id, expires_at <= clock_timestamp() from flags.holds where ended_at is null and (drained_at is null or expires_at <= clock_timestamp()) order by placed_at";
    private const string ArmGuard = "select flags.arm_guard()";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1), Jump = TimeSpan.FromSeconds(1);

    private (DateTimeOffset Database, long Sent)? last;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (int round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            try
            {
                if (database.IsPrepared)
                    await RunAsync(sweep: round % 10 == 9, stoppingToken);
            }
            catch (Exception failure) when (failure is StoreUnavailableException or PostgresException)
            {
                // A single failing statement must not end the server, which does more than tick.
                LogDown(failure.InnerException?.Message ?? failure.Message);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Period, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One tick; false when another replica has it.</summary>
    internal Task<bool> RunAsync(bool sweep, CancellationToken cancellation) => database.TransactAsync(async (connection, transaction) =>
    {
        if (!await TakeAsync(connection, transaction, cancellation))
            return false;
        var due = new List<(Guid Id, bool Over)>();
        await using (var command = new NpgsqlCommand(Due, connection, transaction))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation))
        {
            while (await row.ReadAsync(cancellation))
                due.Add((row.GetGuid(0), row.GetBoolean(1)));
        }

        foreach ((Guid id, bool over) in due)
        {
            if (over)
                await holds.EndAsync(Caller.Server, id, how: null, reason: null, cancellation);
            else
                await holds.DrainAsync(id, cancellation);
        }

        if (sweep)
            await sweeping.RunAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }, cancellation);

    /// <summary>Takes the tick's lock, and arms the guard when the database's clock jumped forward: leases may have expired in no time.</summary>
    private async Task<bool> TakeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        bool mine;
        DateTimeOffset now;
        long sent = time.GetTimestamp();
        await using (var command = new NpgsqlCommand(TryLock, connection, transaction))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation))
        {
            await row.ReadAsync(cancellation);
            (mine, now) = (row.GetBoolean(0), row.GetFieldValue<DateTimeOffset>(1));
        }

        // From before the one question to after the other answer: whatever was held up counts as time that passed, and is no jump.
        bool jumped = last is { } before && now - before.Database - time.GetElapsedTime(before.Sent) > Jump;
        last = (now, sent);
        if (jumped)
        {
            LogJump();
            await ExecuteAsync(connection, transaction, ArmGuard, cancellation);
        }

        return mine;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(40, LogLevel.Warning, "Holds were not looked at ({Message}); trying again every second.")]
    private partial void LogDown(string message);

    [LoggerMessage(41, LogLevel.Warning, "The database's clock jumped forward by more than a second: no drain before the longest lease is over.")]
    private partial void LogJump();
}
