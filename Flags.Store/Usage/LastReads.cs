using Npgsql;

namespace Flags.Store;

/// <summary>When features were asked for last: what nobody reads any more can go.</summary>
public sealed class LastReads(Database database, TimeProvider time)
{
    /// <summary>Days without a check after which a feature is called stale.</summary>
    public const int StaleDays = 90;

    private const string All = "select feature_id, last_at from flags.usage";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private (Task<IReadOnlyDictionary<int, DateTimeOffset>> Read, long At)? last;

    /// <summary>By feature id, at most ten seconds old; features that were never asked for are not in it.</summary>
    public Task<IReadOnlyDictionary<int, DateTimeOffset>> ReadAsync()
    {
        if (last is { } known && time.GetElapsedTime(known.At) < Fresh && !known.Read.IsFaulted)
            return known.Read;
        Task<IReadOnlyDictionary<int, DateTimeOffset>> read = ReadNowAsync();
        last = (read, time.GetTimestamp());
        return read;
    }

    /// <summary>Days since it was read last, or since it was made when nobody ever asked.</summary>
    public static int DaysSince(StoredFeature feature, IReadOnlyDictionary<int, DateTimeOffset> reads, DateTimeOffset now) =>
        (int)(now - (reads.TryGetValue(feature.Id, out DateTimeOffset at) && at > feature.Feature.CreatedAt ? at : feature.Feature.CreatedAt)).TotalDays;

    private Task<IReadOnlyDictionary<int, DateTimeOffset>> ReadNowAsync() => database.RunAsync(async connection =>
    {
        var reads = new Dictionary<int, DateTimeOffset>();
        await using var command = new NpgsqlCommand(All, connection);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            reads[row.GetInt32(0)] = row.GetFieldValue<DateTimeOffset>(1);
        return (IReadOnlyDictionary<int, DateTimeOffset>)reads;
    }, CancellationToken.None);
}
