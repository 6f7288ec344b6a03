using System.Text.Json;
using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>Between a row of <c>flags.features</c> and a <see cref="StoredFeature"/>.</summary>
internal static class FeatureRows
{
    public const string Columns =
        "id, name, description, tags, owner, lease_limit, protected, expires_at, boolean, expression, actors, percentage_of_actors, "
        + "percentage_of_time, groups, denied_actors, denied_groups, deleted, version, seen, created_at, updated_at, updated_by, "
        + "(select json_agg(json_build_object('id', h.id, 'holder', h.holder, 'reason', h.reason, 'since', h.placed_at, "
        + "'hardLimitSeconds', extract(epoch from h.hard_limit_at - clock_timestamp())) order by h.placed_at)::text "
        + "from flags.hold_features x join flags.holds h on h.id = x.hold_id where x.feature_id = features.id and x.live)";

    public const int ColumnCount = 23;

    /// <summary>$1 id, $2 whether evaluation sees the change, $3 who, then the content; the version is the one this transaction took.</summary>
    public const string Update = """
        update flags.features set version = c.version, seen = case when $2 then c.version else seen end,
          created_at = case when features.version = 0 then clock_timestamp() else created_at end, updated_at = clock_timestamp(), updated_by = $3,
          description = $4, tags = $5, owner = $6, lease_limit = $7, protected = $8, expires_at = $9, boolean = $10, expression = $11, actors = $12,
          percentage_of_actors = $13, percentage_of_time = $14, groups = $15, denied_actors = $16, denied_groups = $17, deleted = $18
        from flags.counter c where features.id = $1
        returning features.version, seen, created_at, updated_at
        """;

    public static StoredFeature Read(NpgsqlDataReader row)
    {
        var content = new FeatureContent
        {
            Exists = !row.GetBoolean(16),
            Description = row.GetString(2),
            Tags = row.GetFieldValue<string[]>(3),
            Owner = row.IsDBNull(4) ? null : row.GetString(4),
            Limit = row.IsDBNull(5) ? null : row.GetInt32(5),
            Protected = row.GetBoolean(6),
            ExpiresAt = row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7),
            Gates = ReadGates(row),
        };
        string name = row.GetString(1);
        return Make(row.GetInt32(0), name, content, row.GetInt64(17), row.GetInt64(18), row.GetFieldValue<DateTimeOffset>(19), row.GetFieldValue<DateTimeOffset>(20), row.GetString(21),
            row.IsDBNull(22) ? [] : JsonSerializer.Deserialize(row.GetString(22), FlagsJson.Default.IReadOnlyListSnapshotHold)!);
    }

    private static Gates ReadGates(NpgsqlDataReader row) => new()
    {
        Boolean = row.GetBoolean(8),
        Expression = row.IsDBNull(9) ? null : Expression.FromStored(row.GetString(9)),
        Actors = row.GetFieldValue<string[]>(10),
        PercentageOfActors = row.IsDBNull(11) ? null : Percentage.FromStored(row.GetString(11)),
        PercentageOfTime = row.IsDBNull(12) ? null : Percentage.FromStored(row.GetString(12)),
        Groups = row.GetFieldValue<string[]>(13),
        DeniedActors = row.GetFieldValue<string[]>(14),
        DeniedGroups = row.GetFieldValue<string[]>(15),
    };

    /// <summary>The same feature with another content, after a write.</summary>
    public static StoredFeature With(StoredFeature before, FeatureContent content, NpgsqlDataReader returned, string by) => Make(
        before.Id, before.Feature.Name, content, returned.GetInt64(0), returned.GetInt64(1),
        returned.GetFieldValue<DateTimeOffset>(2), returned.GetFieldValue<DateTimeOffset>(3), by, before.Holds);

    private static StoredFeature Make(int id, string name, FeatureContent content, long version, long seen, DateTimeOffset created, DateTimeOffset updated, string by, IReadOnlyList<SnapshotHold> holds) => new()
    {
        Id = id,
        Holds = holds,
        Content = content,
        Seen = seen,
        Feature = new Feature
        {
            Name = name,
            Description = content.Description,
            Tags = content.Tags,
            Owner = content.Owner,
            State = content.Gates.State,
            Held = holds.Count > 0,
            Gates = content.Gates,
            Limit = content.Limit,
            Protected = content.Protected,
            ExpiresAt = content.ExpiresAt,
            Version = version,
            CreatedAt = created,
            UpdatedAt = updated,
            UpdatedBy = by,
        },
    };

    public static NpgsqlBatchCommand UpdateCommand(StoredFeature before, FeatureContent after, bool seen, string by)
    {
        Gates gates = after.Gates;
        return Sql.Command(Update,
            Sql.Of(before.Id), Sql.Of(seen), Sql.Of(by),
            Sql.Of(after.Description), Sql.Of(after.Tags), Sql.Of(after.Owner), Sql.Of(after.Limit), Sql.Of(after.Protected), Sql.Of(after.ExpiresAt),
            Sql.Of(gates.Boolean), Sql.Of(gates.Expression?.Json), Sql.Of(gates.Actors), Sql.Of(gates.PercentageOfActors?.Text), Sql.Of(gates.PercentageOfTime?.Text),
            Sql.Of(gates.Groups), Sql.Of(gates.DeniedActors), Sql.Of(gates.DeniedGroups), Sql.Of(!after.Exists));
    }
}
