using System.Text.Json;
using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>Two versions side by side.</summary>
/// <param name="From">The one on the left.</param>
/// <param name="To">The one on the right.</param>
/// <param name="Change">What differs; null when nothing does.</param>
public sealed record VersionPair(Feature From, Feature To, FeatureChange? Change);

/// <summary>A feature's versions: its audit rows, newest first. History belongs to the name and outlives a delete.</summary>
public sealed class FeatureHistory(Database database)
{
    private const string Newer = "select version, change from flags.audit where feature_id = $1 and version >= $2 order by version desc";

    private const string Page = """
        select a.version, a.at, a.caller_id, a.caller_name, a.caller_kind, a.what, a.reason, a.change, a.id
        from flags.audit a join flags.features f on f.id = a.feature_id
        where f.name = $1 and a.version < $2 order by a.version desc limit $3
        """;

    /// <param name="name">The feature.</param>
    /// <param name="before">Only versions below; null from the newest.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Null when nobody ever wrote a feature of that name.</returns>
    public Task<HistoryList?> ListAsync(string name, long? before, int limit, CancellationToken cancellation) =>
        database.RunAsync(async connection =>
        {
            await using var command = Sql.Command(connection, Page, Sql.Of(name), Sql.Of(before ?? long.MaxValue), Sql.Of(limit + 1));
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation);
            var entries = new List<HistoryEntry>();
            while (await reader.ReadAsync(cancellation))
            {
                var who = new Who(reader.GetString(2), reader.GetString(3), reader.GetString(4));
                entries.Add(new HistoryEntry(reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), who, Action(reader.GetString(5)),
                    reader.IsDBNull(6) ? null : reader.GetString(6), Read(reader.GetString(7)), reader.GetInt64(8)));
            }

            if (entries.Count == 0 && before is null)
                return null;
            string? next = entries.Count > limit ? entries[limit - 1].Version.ToString() : null;
            return new HistoryList(entries.Count > limit ? entries.GetRange(0, limit) : entries, next);
        }, cancellation);

    /// <summary>Two versions of a feature as people wrote them, and what differs; null when it never had one of them.</summary>
    public Task<VersionPair?> CompareAsync(StoredFeature now, long from, long to, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        FeatureContent? a = await ContentAtAsync(connection, now, from, cancellation), b = await ContentAtAsync(connection, now, to, cancellation);
        return a is null || b is null ? null : new VersionPair(Shown(now.Feature, a, from), Shown(now.Feature, b, to), FeatureDifference.Between(a, b));
    }, cancellation);

    private static Feature Shown(Feature now, FeatureContent content, long version) => now with
    {
        Version = version,
        Description = content.Description,
        Tags = content.Tags,
        Owner = content.Owner,
        Limit = content.Limit,
        Protected = content.Protected,
        ExpiresAt = content.ExpiresAt,
        Gates = content.Gates,
        Held = false,
    };

    /// <summary>The content right after <paramref name="version"/>; null when the feature never had it.</summary>
    internal static async Task<FeatureContent?> ContentAtAsync(NpgsqlConnection connection, StoredFeature now, long version, CancellationToken cancellation)
    {
        await using var command = Sql.Command(connection, Newer, Sql.Of(now.Id), Sql.Of(version));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation);
        FeatureContent content = now.Content;
        while (await reader.ReadAsync(cancellation))
        {
            if (reader.GetInt64(0) == version)
                return content;
            content = FeatureDifference.Undo(content, Read(reader.GetString(1)));
        }

        return null;
    }

    private static string Action(string what) => what.StartsWith("feature.", StringComparison.Ordinal) ? what["feature.".Length..] : what;

    private static FeatureChange Read(string json) => JsonSerializer.Deserialize(json, FlagsJson.Default.FeatureChange)
        ?? throw new InvalidOperationException("An audit row has no change.");
}
