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

    private void Publish(FeatureSet set, IReadOnlyList<StoredFeature> changed, bool resync)
    {
        lock (gate)
        {
            var step = new ChangeStep { Set = set, Changed = changed, Resync = resync, AuthVersion = Volatile.Read(ref authVersion) };
            recent.Enqueue(step);
            if (recent.Count > Remembered)
                recent.Dequeue();
            newest?.Follow(step);
            newest = step;
        }

        started.TrySetResult();
        pulse.Beat();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Task listening = ListenAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (database.IsPrepared)
                await LookAsync(stoppingToken);
            await ((Task)woken.WaitAsync(Net, stoppingToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await listening;
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            Counters now = await cache.CountersAsync(stopping);
            bool auth = Volatile.Read(ref authVersion) != now.AuthVersion;
            if (auth)
            {
                // First the keys, then the step: a stream that wakes must find the revoked key gone.
                await keys.RefreshAsync(stopping);
                Volatile.Write(ref authVersion, now.AuthVersion);
            }

            ChangeStep? before = Volatile.Read(ref newest);
            FeatureRead read = await cache.ReadAsync(stopping);
            if (auth && before is not null && ReferenceEquals(before, Volatile.Read(ref newest)))
                Publish(read.Set, [], resync: false);
        }
        catch (StoreUnavailableException failure)
        {
            LogDown(failure.InnerException?.Message ?? failure.Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
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
        pulse.Beat();
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
