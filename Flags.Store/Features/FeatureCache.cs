using Npgsql;

namespace Flags.Store;

/// <summary>The counters every read compares with: what is newest, and for whom it is meant.</summary>
internal readonly record struct Counters(long Generation, long Version, long AuthVersion);

/// <summary>The counters and the set of one moment.</summary>
internal readonly record struct Look(Counters Counters, FeatureSet Set);

/// <summary>A set, and for how long the database has not confirmed it; null when it was confirmed by this read.</summary>
public readonly record struct FeatureRead(FeatureSet Set, TimeSpan? Stale);

/// <summary>
/// All features in memory, confirmed by the database at every read: one shared round trip tells the version, and only when it moved are the
/// changed rows loaded. So a read shows every write acknowledged before it, on any replica. While the database is down the last set is served, marked stale.
/// </summary>
public sealed class FeatureCache
{
    private const string Version = "select g.start_seconds, c.version, c.auth_version from flags.counter c, flags.generation g";

    private const string Changed = "version > $1 or seen > $1 or (select start_seconds from flags.generation) <> $2";

    private const string Everything = "not deleted";

    /// <summary>While the database is down, one read in this long asks it; the others answer at once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Database database;
    private readonly TimeSpan patience;
    private readonly TimeProvider time;
    private readonly SharedQuery<Counters> counters;
    private readonly SharedQuery<Look> load;
    private FeatureSet? set;
    private long confirmedAt;
    private long failedAt;
    private bool down;

    public FeatureCache(Database database, StoreOptions options, TimeProvider time)
    {
        (this.database, patience, this.time) = (database, options.ReadPatience, time);
        counters = new SharedQuery<Counters>(ReadCountersAsync);
        load = new SharedQuery<Look>(LoadAsync);
    }

    /// <summary>The last set, unconfirmed; null before the first read.</summary>
    public FeatureSet? Last => Volatile.Read(ref set);

    /// <summary>Raised with the old (null at first) and the new set, in order; handlers must be quick.</summary>
    internal event Action<FeatureSet?, FeatureSet, IReadOnlyList<StoredFeature>>? Moved;

    /// <summary>The newest features.</summary>
    /// <exception cref="StoreUnavailableException">The database is down and nothing was ever read.</exception>
    public async ValueTask<FeatureRead> ReadAsync()
    {
        FeatureSet? last = Last;
        if (last is not null && Volatile.Read(ref down) && !MayAsk())
            return new FeatureRead(last, time.GetElapsedTime(Volatile.Read(ref confirmedAt)));
        try
        {
            long asked = time.GetTimestamp();
            FeatureSet current = await CurrentAsync(await CountersAsync());
            Volatile.Write(ref confirmedAt, asked);
            Volatile.Write(ref down, false);
            return new FeatureRead(current, null);
        }
        catch (StoreUnavailableException) when (Last is not null)
        {
            Volatile.Write(ref failedAt, time.GetTimestamp());
            Volatile.Write(ref down, true);
            return new FeatureRead(Last, time.GetElapsedTime(Volatile.Read(ref confirmedAt)));
        }
    }

    /// <summary>Joins the shared query for the counters. Without a timer or a cancellation of its own, since every read comes here: each run is bounded.</summary>
    /// <exception cref="StoreUnavailableException">The database is down, or hangs.</exception>
    internal Task<Counters> CountersAsync() => counters.JoinAsync();

    /// <summary>Counters and set in one round trip, for whoever expects a change; shared as well.</summary>
    /// <exception cref="StoreUnavailableException">The database is down, or hangs.</exception>
    internal Task<Look> LookAsync() => Last is null ? load.JoinAsync() : SoonAsync(load.JoinAsync());

    /// <summary>The set of these counters or a newer one.</summary>
    private async ValueTask<FeatureSet> CurrentAsync(Counters now) => IsCurrent(Last, now) ? Last! : (await LookAsync()).Set;

    /// <summary>Of those that wait for the end of <see cref="Pause"/> the first asks; the others answer at once, so that a database that hangs delays one.</summary>
    private bool MayAsk()
    {
        long at = Volatile.Read(ref failedAt);
        return time.GetElapsedTime(at) >= Pause && Interlocked.CompareExchange(ref failedAt, time.GetTimestamp(), at) == at;
    }

    /// <summary>A command alone would wait for 5 s and then for its cancellation.</summary>
    private async Task<T> SoonAsync<T>(Task<T> query)
    {
        try
        {
            return await query.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            throw new StoreUnavailableException("The database does not answer in time.");
        }
    }

    // Bounded here too: whoever joins the next run must not wait for a hanging one.
    private Task<Counters> ReadCountersAsync() => SoonAsync(database.RunAsync(async connection =>
    {
        await using var command = new NpgsqlCommand(Version, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
            throw new StoreUnavailableException("The database is not prepared yet.");
        return new Counters(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }, CancellationToken.None));

    /// <summary>A larger generation is taken, a smaller one never; within one, versions only grow.</summary>
    private static bool IsCurrent(FeatureSet? last, Counters now) =>
        last is not null && (last.Generation > now.Generation || (last.Generation == now.Generation && last.Version >= now.Version));

    /// <summary>Runs one at a time (shared), so sets follow each other in order. One statement has one snapshot of the counters and the rows.</summary>
    private Task<Look> LoadAsync() => database.RunAsync(async connection =>
    {
        FeatureSet? last = Last;
        await using NpgsqlCommand command = last is null
            ? Sql.Command(connection, Rows(Everything))
            : Sql.Command(connection, Rows(Changed), Sql.Of(last.Version), Sql.Of(last.Generation));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        if (!await row.ReadAsync())
            throw new StoreUnavailableException("The database is not prepared yet.");
        var now = new Counters(row.GetInt64(FeatureRows.ColumnCount), row.GetInt64(FeatureRows.ColumnCount + 1), row.GetInt64(FeatureRows.ColumnCount + 2));
        if (IsCurrent(last, now))
            return new Look(now, last!);
        var rows = new List<StoredFeature>();
        do
        {
            if (!row.IsDBNull(0))
                rows.Add(FeatureRows.Read(row));
        }
        while (await row.ReadAsync());
        FeatureSet set = last?.Generation == now.Generation ? last.With(now.Version, rows) : FeatureSet.Create(now.Generation, now.Version, rows);
        Volatile.Write(ref this.set, set);
        Moved?.Invoke(last, set, rows);
        return new Look(now, set);
    }, CancellationToken.None);

    private static string Rows(string which) => $"""
        select f.*, g.start_seconds, c.version, c.auth_version
        from flags.generation g cross join flags.counter c left join (select {FeatureRows.Columns} from flags.features where {which}) f on true
        """;
}
