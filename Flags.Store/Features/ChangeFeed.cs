using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flags.Store;

/// <summary>One step of the feed. Whoever holds a step awaits <see cref="NextAsync"/>; nobody's slowness costs anybody else anything.</summary>
public sealed class ChangeStep
{
    private readonly TaskCompletionSource<ChangeStep> next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The set this step leads to.</summary>
    public required FeatureSet Set { get; init; }

    /// <summary>What evaluation sees differently since the step before; deleted features included.</summary>
    public required IReadOnlyList<StoredFeature> Changed { get; init; }

    /// <summary>Whether everything must be read anew: another generation.</summary>
    public required bool Resync { get; init; }

    /// <summary>The counter of keys and people.</summary>
    public required long AuthVersion { get; init; }

    public Task<ChangeStep> NextAsync(CancellationToken cancellation) => next.Task.WaitAsync(cancellation);

    internal void Follow(ChangeStep step) => next.SetResult(step);
}

/// <summary>
/// Notices every change, whoever made it: woken by NOTIFY, and by a look at the counters once a second, so that a lost or deaf LISTEN connection
/// costs at most that second.
/// </summary>
public sealed partial class ChangeFeed : BackgroundService
{
    private const int Remembered = 256;

    private static readonly TimeSpan Net = TimeSpan.FromSeconds(1);

    private readonly FeatureCache cache;
    private readonly KeyRing keys;
    private readonly Database database;
    private readonly string listenConnection;
    private readonly Pulse pulse;
    private readonly ILogger<ChangeFeed> log;
    private readonly SemaphoreSlim woken = new(0, 1);
    private readonly Lock gate = new();
    private readonly Queue<ChangeStep> recent = new();
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChangeStep? newest;
    private long authVersion;

    public ChangeFeed(FeatureCache cache, KeyRing keys, Database database, StoreOptions options, Pulse pulse, ILogger<ChangeFeed> log)
    {
        (this.cache, this.keys, this.database, this.pulse, this.log) = (cache, keys, database, pulse, log);
        var settings = new NpgsqlConnectionStringBuilder(options.ListenConnectionString ?? database.ConnectionString) { Pooling = false, KeepAlive = 5, ApplicationName = "flags listen" };
        listenConnection = settings.ConnectionString;
        cache.Moved += OnMoved;
    }

    /// <summary>For tests: the feed as if NOTIFY never arrived.</summary>
    internal bool Deaf { get; set; }

    /// <summary>The newest step; waits until the first set is loaded.</summary>
    public async Task<ChangeStep> NewestAsync(CancellationToken cancellation)
    {
        await started.Task.WaitAsync(cancellation);
        lock (gate)
            return newest!;
    }

    /// <summary>The step a client has seen, so that it can go on from there; null when it is not remembered.</summary>
    public ChangeStep? Find(long generation, long version)
    {
        lock (gate)
            return recent.FirstOrDefault(step => step.Set.Generation == generation && step.Set.Version == version);
    }

    private void OnMoved(FeatureSet? before, FeatureSet now, IReadOnlyList<StoredFeature> rows)
    {
        bool resync = before is null || before.Generation != now.Generation;
        Publish(now, resync ? [] : [.. rows.Where(row => row.Seen > before!.Version)], resync);
    }

    /// <param name="set">The new set; null when only keys or people changed, and the newest one stays, whichever that is by now.</param>
    /// <param name="changed">Its rows that changed.</param>
    /// <param name="resync">Whether clients load everything anew.</param>
    private void Publish(FeatureSet? set, IReadOnlyList<StoredFeature> changed, bool resync)
    {
        lock (gate)
        {
            var step = new ChangeStep { Set = set ?? newest!.Set, Changed = changed, Resync = resync, AuthVersion = Volatile.Read(ref authVersion) };
            recent.Enqueue(step);
            if (recent.Count > Remembered)
                recent.Dequeue();
            newest?.Follow(step);
            newest = step;
        }

        started.TrySetResult();
        pulse.Beat(step: true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task listening = ListenAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (database.IsPrepared)
                await LookAsync();
            await ((Task)woken.WaitAsync(Net, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await listening;
    }

    private async Task LookAsync()
    {
        try
        {
            ChangeStep? before = Volatile.Read(ref newest);
            Look look = await cache.LookAsync();
            if (Volatile.Read(ref authVersion) == look.Counters.AuthVersion)
                return;
            // First the keys, then a step that says so: a stream that wakes must find the revoked key gone.
            await keys.RefreshAsync();
            Volatile.Write(ref authVersion, look.Counters.AuthVersion);
            if (before is not null)
                Publish(null, [], resync: false);
        }
        catch (Exception failure) when (failure is StoreUnavailableException or PostgresException)
        {
            // Whatever the database says: the last set stays, and the next look may find it mended.
            LogDown(failure.InnerException?.Message ?? failure.Message);
        }
    }

    private async Task ListenAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(listenConnection);
                connection.Notification += (_, _) => Wake();
                await connection.OpenAsync(stopping);
                await using (var listen = new NpgsqlCommand("listen flags", connection))
                    await listen.ExecuteNonQueryAsync(stopping);
                // Whatever was committed while nobody listened.
                Wake();
                while (true)
                    await connection.WaitAsync(stopping);
            }
            catch (Exception lost) when (Database.IsOutage(lost))
            {
                LogDeaf(lost.Message);
                await Task.Delay(Net, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private void Wake()
    {
        if (Deaf)
            return;
        pulse.Beat(step: false);
        if (woken.CurrentCount > 0)
            return;
        try
        {
            woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // Two wakes at once are one.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The database does not answer ({Message}). Reads are stale, writes are refused; trying again every second.")]
    private partial void LogDown(string message);

    [LoggerMessage(2, LogLevel.Warning, "No notifications from the database ({Message}). Changes are noticed within a second; trying again.")]
    private partial void LogDeaf(string message);
}
