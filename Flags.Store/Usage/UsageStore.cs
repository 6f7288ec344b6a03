using Flags.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flags.Store;

/// <summary>Counts checks in memory and writes them, with the last uses of keys, every few seconds: being read never changes a version.</summary>
public sealed partial class UsageStore(Database database, FeatureCache cache, KeyRing keys, ILogger<UsageStore> log) : BackgroundService
{
    private const string Upsert = """
        insert into flags.usage as u (feature_id, count_on, count_off, last_at, last_by)
        select feature_id, count_on, count_off, clock_timestamp(), last_by from unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[]) c (feature_id, count_on, count_off, last_by)
        order by feature_id
        on conflict (feature_id) do update set count_on = u.count_on + excluded.count_on, count_off = u.count_off + excluded.count_off,
          last_at = excluded.last_at, last_by = excluded.last_by
        """;

    private const string KeysUsed = """
        update auth.keys k set last_used_at = clock_timestamp() - make_interval(secs => c.ago), last_used_address = c.address
        from unnest($1::text[], $2::float8[], $3::text[]) c (id, ago, address) where k.id = c.id
        """;

    private const string One = "select u.count_on, u.count_off, u.last_at, u.last_by from flags.usage u join flags.features f on f.id = u.feature_id where f.name = $1";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private Dictionary<int, Count> counts = [];

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

    public Task<UsageInfo> FindAsync(string feature, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await FlushAsync(connection, cancellation);
        await using var command = new NpgsqlCommand(One, connection);
        command.Parameters.Add(Sql.Of(feature));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation)
            ? new UsageInfo(feature, row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<DateTimeOffset>(2), row.IsDBNull(3) ? null : row.GetString(3))
            : new UsageInfo(feature, 0, 0, null, null);
    }, cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Period, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await database.RunAsync(connection => FlushAsync(connection, CancellationToken.None), CancellationToken.None);
            }
            catch (StoreUnavailableException failure)
            {
                LogNotWritten(failure.InnerException?.Message ?? failure.Message);
            }
        }
    }

    private async Task<bool> FlushAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        Dictionary<int, Count> taken = Take();
        try
        {
            await WriteCountsAsync(connection, taken, cancellation);
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

        await WriteKeyUsesAsync(connection, cancellation);
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

    private static async Task WriteCountsAsync(NpgsqlConnection connection, Dictionary<int, Count> taken, CancellationToken cancellation)
    {
        if (taken.Count == 0)
            return;
        await using var command = new NpgsqlCommand(Upsert, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = taken.Keys.ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = taken.Values.Select(c => c.On).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = taken.Values.Select(c => c.Off).ToArray() });
        command.Parameters.Add(Sql.Of(taken.Values.Select(c => c.By ?? "").ToArray()));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task WriteKeyUsesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        IReadOnlyList<(string Id, double SecondsAgo, string? Address)> uses = keys.TakeUses();
        if (uses.Count == 0)
            return;
        await using var command = new NpgsqlCommand(KeysUsed, connection);
        command.Parameters.Add(Sql.Of(uses.Select(u => u.Id).ToArray()));
        command.Parameters.Add(new NpgsqlParameter { Value = uses.Select(u => u.SecondsAgo).ToArray() });
        command.Parameters.Add(Sql.Of(uses.Select(u => u.Address ?? "").ToArray()));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(20, LogLevel.Warning, "Usage counts were not written ({Message}); the next batch carries on.")]
    private partial void LogNotWritten(string message);
}
