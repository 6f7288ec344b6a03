using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flags.Store;

/// <summary>A private PostgreSQL for one Flags server: started with it, stopped with it, adopted by the next one if it was killed.</summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string Database = "flags";
    private static readonly TimeSpan SocketLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(60);
    private readonly DataFolder _folder;
    private readonly PostgresCluster _cluster;
    private readonly ILogger _logger;
    private int _disposed;

    private EmbeddedPostgres(DataFolder folder, PostgresCluster cluster, ILogger logger) =>
        (_folder, _cluster, _logger) = (folder, cluster, logger);

    /// <summary>To the database <c>flags</c>; pool and timeouts are the caller's to add.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Returns once the database answers; makes it first if there is none.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot run here; the message says what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, ILogger logger, CancellationToken ct)
    {
        var folder = await DataFolder.OpenAsync(options.DataDir, ct);
        try
        {
            var binaries = await PostgresBinaries.FindAsync(options, folder.Cluster, folder.ClusterMajor, ct);
            var cluster = new PostgresCluster(folder, binaries, options);
            folder.SweepDrafts();
            if (folder.ClusterMajor is null)
            {
                logger.Creating(binaries.Major, folder.FullPath);
                await cluster.CreateAsync(ct);
            }

            var postgres = new EmbeddedPostgres(folder, cluster, logger);
            if (!await postgres.TryAdoptAsync(ct))
                await postgres.StartAsync(binaries.Major, ct);
            return postgres;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Stops it within 5 s; sessions still open are ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _cluster.StopAsync();
        _folder.Dispose();
        _logger.Stopped(_folder.FullPath);
    }

    private async Task StartAsync(int major, CancellationToken ct)
    {
        await _cluster.StartAsync(ct);
        try
        {
            var running = _cluster.Postmaster ?? throw new EmbeddedPostgresException(
                $"PostgreSQL in {_folder.FullPath} ended right after its start; why is in {_folder.Logs}.");
            ConnectionString = Address(running);
            await EnsureDatabaseAsync(ct);
            _logger.Started(major, _folder.FullPath, running.Pid);
        }
        catch
        {
            await _cluster.StopAsync();
            throw;
        }
    }

    // We own the folder, so a live postmaster in it belongs to a server that was killed.
    private async Task<bool> TryAdoptAsync(CancellationToken ct)
    {
        var since = Stopwatch.StartNew();
        while (_cluster.Postmaster is { } running)
        {
            try
            {
                ConnectionString = Address(running);
                await EnsureDatabaseAsync(ct);
                _logger.Adopted(_folder.FullPath, running.Pid);
                return true;
            }
            catch (NpgsqlException e) when (since.Elapsed < (IsStartingOrStopping(e) ? RecoveryLimit : SocketLimit))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
            }
            catch (NpgsqlException)
            {
                _logger.Unreachable(_folder.FullPath, running.Pid);
                await _cluster.StopAsync();
                return false;
            }
        }

        return false;
    }

    private static bool IsStartingOrStopping(NpgsqlException e) => e.SqlState == PostgresErrorCodes.CannotConnectNow;

    private string Address(PostmasterFile running) => new NpgsqlConnectionStringBuilder
    {
        Host = running.SocketFolder.Length > 0 ? running.SocketFolder : "127.0.0.1",
        Port = running.Port,
        Database = Database,
        Username = PostgresCluster.Role,
        Password = _cluster.Password,
        // Both are asked for by default and cost a round trip, or a missing library's complaint, on a connection that leaves no machine.
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        // No pooler stands between, so statements in constant use are parsed and planned once a connection.
        MaxAutoPrepare = 50,
    }.ConnectionString;

    private async Task EnsureDatabaseAsync(CancellationToken ct)
    {
        var address = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync(ct);
        await using var find = new NpgsqlCommand($"SELECT 1 FROM pg_database WHERE datname = '{Database}'", connection);
        if (await find.ExecuteScalarAsync(ct) is not null)
            return;
        await using var create = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
        await create.ExecuteNonQueryAsync(ct);
    }
}
