using Flags.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flags.Store;

/// <summary>Counts checks in memory and writes them, with the last uses of keys, every few seconds: being read never changes a version.</summary>
public sealed partial class UsageStore : BackgroundService
{
    private const string Upsert = """
        insert into flags.usage as u (feature_id, count_on, count_off, last_at, last_by)
        select feature_id, count_on, count_off, clock_timestamp(), last_by from unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[]) c (feature_id, count_on, count_off, last_by)
        order by feature_id
        on conflict (feature_id) do update set count_on = u.count_on + excluded.count_on, count_off = u.count_off + excluded.count_off,
          last_at = excluded.last_at, last_by = excluded.last_by
        """;

    private const string KeysUsed = """
        update auth.keys k set last_used_at = clock_timestamp() - make_interval(secs => c.ago), last_used_address = nullif(c.address, ''), last_used_client = nullif(c.client, ''),
          old_used_at = case when c.old_ago < 0 then k.old_used_at else clock_timestamp() - make_interval(secs => c.old_ago) end
        from unnest($1::text[], $2::float8[], $3::text[], $4::text[], $5::float8[]) c (id, ago, address, client, old_ago) where k.id = c.id
        """;

    private const string One = "select u.count_on, u.count_off, u.last_at, u.last_by from flags.usage u join flags.features f on f.id = u.feature_id where f.name = $1";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Database database;
    private readonly FeatureCache cache;
    private readonly KeyRing keys;
    private readonly ILogger<UsageStore> log;
    private readonly Lock gate = new();
    private Dictionary<int, Count> counts = [];

    // Shared: who asks while a flush is under way would miss what it has taken and not yet written.
    private readonly SharedQuery<bool> flush;

    public UsageStore(Database database, FeatureCache cache, KeyRing keys, ILogger<UsageStore> log)
    {
        (this.database, this.cache, this.keys, this.log) = (database, cache, keys, log);
        flush = new SharedQuery<bool>(() => database.RunAsync(FlushAsync, CancellationToken.None));
    }

    private sealed class Count
    {
        public long On, Off;
        public string? By;
    }

    /// <summary>Counts checks of a feature that exists; other names are ignored.</summary>
    public void Add(string feature, long on, long off, string by)
    {
        if (cache.Last?.Find(feature) is not { } stored)
            return;
        lock (gate)
            Add(stored.Id, on, off, by);
    }

    private void Add(int id, long on, long off, string? by)
    {
        if (!counts.TryGetValue(id, out Count? count))
            counts.Add(id, count = new Count());
        count.On += on;
        count.Off += off;
        count.By = by ?? count.By;
    }

    public async Task<UsageInfo> FindAsync(string feature, CancellationToken cancellation)
    {
        await flush.JoinAsync().WaitAsync(cancellation);
        return await database.RunAsync(connection => ReadAsync(connection, feature, cancellation), cancellation);
    }

    private static async Task<UsageInfo> ReadAsync(NpgsqlConnection connection, string feature, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(One, connection);
        command.Parameters.Add(Sql.Of(feature));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new UsageInfo(feature, row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2), row.IsDBNull(3) ? null : row.GetString(3))
            : new UsageInfo(feature, 0, 0, null, null);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Period, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await flush.JoinAsync();
            }
            catch (Exception failure) when (failure is StoreUnavailableException or PostgresException)
            {
                // A failing statement must not end the server, which does more than count.
                LogNotWritten(failure.InnerException?.Message ?? failure.Message);
            }
        }
    }

    private async Task<bool> FlushAsync(NpgsqlConnection connection)
    {
        Dictionary<int, Count> taken = Take();
        try
        {
            await WriteCountsAsync(connection, taken);
        }
        catch
        {
            // Nothing was written: the next batch carries them.
            lock (gate)
            {
                foreach ((int id, Count count) in taken)
                    Add(id, count.On, count.Off, null);
            }

            throw;
        }

        await WriteKeyUsesAsync(connection);
        return true;
    }

    private Dictionary<int, Count> Take()
    {
        lock (gate)
        {
            Dictionary<int, Count> taken = counts;
            counts = [];
            return taken;
        }
    }

    private static async Task WriteCountsAsync(NpgsqlConnection connection, Dictionary<int, Count> taken)
    {
        if (taken.Count == 0)
            return;
        await using var command = new NpgsqlCommand(Upsert, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = taken.Keys.ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = taken.Values.Select(c => c.On).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = taken.Values.Select(c => c.Off).ToArray() });
        command.Parameters.Add(Sql.Of(taken.Values.Select(c => c.By ?? "").ToArray()));
        await command.ExecuteNonQueryAsync();
    }

    private async Task WriteKeyUsesAsync(NpgsqlConnection connection)
    {
        IReadOnlyList<TakenKeyUse> uses = keys.TakeUses();
        if (uses.Count == 0)
            return;
        await using var command = new NpgsqlCommand(KeysUsed, connection);
        command.Parameters.Add(Sql.Of(uses.Select(u => u.Id).ToArray()));
        command.Parameters.Add(new NpgsqlParameter { Value = uses.Select(u => u.SecondsAgo).ToArray() });
        command.Parameters.Add(Sql.Of(uses.Select(u => u.From.Address ?? "").ToArray()));
        command.Parameters.Add(Sql.Of(uses.Select(u => u.From.Client ?? "").ToArray()));
        command.Parameters.Add(new NpgsqlParameter { Value = uses.Select(u => u.OldSecondsAgo ?? -1).ToArray() });
        try
        {
            await command.ExecuteNonQueryAsync();
        }
        catch
        {
            keys.PutBack(uses);
            throw;
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "Usage counts were not written ({Message}); the next batch carries on.")]
    private partial void LogNotWritten(string message);
}
