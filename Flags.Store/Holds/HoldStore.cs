using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>How placing a hold ended; the words of <c>flags.place_hold</c>.</summary>
public enum PlaceOutcome
{
    Placed, Replay, Ended, IdReused, Missing, Conflict,
}

/// <summary>A hold to place.</summary>
public sealed record PlaceAttempt
{
    public required Guid Id { get; init; }

    /// <summary>Ids of the features, each once.</summary>
    public required int[] FeatureIds { get; init; }
    public required string Holder { get; init; }
    public required string Reason { get; init; }
    public string? Url { get; init; }
    public required TimeSpan Ttl { get; init; }
    public required TimeSpan MaxDuration { get; init; }
    public bool Exclusive { get; init; }
}

/// <summary>The answer to an attempt.</summary>
public readonly record struct PlaceAnswer(PlaceOutcome Outcome, long Token, double ExpiresInSeconds, int Inside, Guid? Other, string? Missing, DateTimeOffset? ExpiresAt);

/// <summary>The answer to a drain step: <c>drained</c>, <c>draining</c>, <c>recovering</c>, <c>ended</c>, <c>unknown</c> or <c>foreign</c>.</summary>
public readonly record struct DrainAnswer(string Outcome, DateTimeOffset? DrainedAt, long Token, int Left, int Expired, int Inside, double RetryAfterSeconds);

/// <summary>Places, extends, drains and ends holds: each one function of the database, one round trip, one transaction (Migrations/DeploySafety.sql).</summary>
public sealed class HoldStore(Database database)
{
    private const string Place = "select * from flags.place_hold($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    private const string Extend = "select * from flags.extend_hold($1, $2, $3, $4)";
    private const string Drain = "select * from flags.drain_step($1, $2)";
    private const string End = "select flags.end_hold($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    private const string Revoke = "select flags.revoke_leases($1, $2, $3, $4, $5, $6, $7)";

    /// <summary>The columns that <see cref="Info"/> reads, and who placed it.</summary>
    internal const string Select = """
        select h.id, h.token, (select array_agg(f.name order by f.name collate "C") from flags.hold_features x join flags.features f on f.id = x.feature_id where x.hold_id = h.id),
          h.holder, h.reason, h.url, h.exclusive, h.placed_at, h.expires_at, extract(epoch from h.expires_at - clock_timestamp())::float8,
          extract(epoch from h.hard_limit_at - clock_timestamp())::float8, h.extended_at, h.inside_at_start, flags.count_inside(flags.features_of(h.id)),
          h.drained_at, h.left_count, h.expired_count, h.ended_at, h.ended_how, h.ended_by, h.caller_id
        from flags.holds h
        """;

    private const string One = Select + " where h.id = $1";

    private const string Many = Select + """
         where ($1 is null or (h.ended_at is null) = $1)
          and ($2 is null or exists (select from flags.hold_features x join flags.features f on f.id = x.feature_id where x.hold_id = h.id and f.name = $2))
        order by h.placed_at desc limit $3
        """;

    public Task<PlaceAnswer> PlaceAsync(Caller caller, PlaceAttempt hold, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(Place, Sql.Of(hold.Id), Sql.Of(hold.FeatureIds), Sql.Of(hold.Holder), Sql.Of(hold.Reason), Sql.Of(hold.Url), Sql.Of(hold.Ttl.TotalSeconds),
            Sql.Of(hold.MaxDuration.TotalSeconds), Sql.Of(hold.Exclusive), Sql.Of(caller.Id), Sql.Of(caller.Name), Sql.Of(caller.KindName), Sql.Of(caller.Address), Sql.Of(caller.RequestId)),
        row => new PlaceAnswer(Outcome(row.GetString(0)), row.IsDBNull(1) ? 0 : row.GetInt64(1), row.IsDBNull(2) ? 0 : row.GetDouble(2), row.IsDBNull(3) ? 0 : row.GetInt32(3),
            row.IsDBNull(4) ? null : row.GetGuid(4), row.IsDBNull(5) ? null : row.GetString(5), row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6)), cancellation);

    /// <param name="id">The hold.</param>
    /// <param name="token">Its token; null for people on a page.</param>
    /// <param name="ttl">Life from now.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns><c>extended</c>, <c>limit</c>, <c>ended</c>, <c>unknown</c> or <c>stale</c> (another token), and the life now.</returns>
    public Task<(string Outcome, double ExpiresInSeconds)> ExtendAsync(Guid id, long? token, TimeSpan ttl, CancellationToken cancellation) =>
        ExtendAsync(null, id, token, ttl, cancellation);

    /// <summary>The same for a key, which extends only what it placed: <c>foreign</c> otherwise.</summary>
    public Task<(string Outcome, double ExpiresInSeconds)> ExtendAsync(Caller? caller, Guid id, long? token, TimeSpan ttl, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(Extend, Sql.Of(id), Sql.Of(token), Sql.Of(ttl.TotalSeconds), Sql.Of(caller?.Id)), row => (row.GetString(0), row.IsDBNull(1) ? 0 : row.GetDouble(1)), cancellation);

    /// <summary>Ends what has expired and looks whether anybody is left; the tick runs it too, so a drain needs nobody to ask.</summary>
    public Task<DrainAnswer> DrainAsync(Guid id, CancellationToken cancellation) => DrainAsync(null, id, cancellation);

    /// <summary>The same for a key, which drains only what it placed: <c>foreign</c> otherwise.</summary>
    public Task<DrainAnswer> DrainAsync(Caller? caller, Guid id, CancellationToken cancellation) => database.CallAsync(Sql.Command(Drain, Sql.Of(id), Sql.Of(caller?.Id)), row => new DrainAnswer(
        row.GetString(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1), row.IsDBNull(2) ? 0 : row.GetInt64(2), Int(row, 3), Int(row, 4), Int(row, 5), row.IsDBNull(6) ? 0 : row.GetDouble(6)), cancellation);

    /// <param name="caller">Who ends it.</param>
    /// <param name="id">The hold.</param>
    /// <param name="how"><c>released</c> or <c>forced</c>; null only ends it when its time is over.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What it was: <c>active</c>, <c>drained</c>, <c>released</c>, <c>expired</c>, <c>forced</c> or <c>unknown</c>.</returns>
    public Task<string> EndAsync(Caller caller, Guid id, string? how, string? reason, CancellationToken cancellation) => EndAsync(caller, id, how, reason, own: false, cancellation);

    /// <summary>Ends a hold for whoever placed it: <c>foreign</c> otherwise.</summary>
    public Task<string> ReleaseAsync(Caller caller, Guid id, string? reason, CancellationToken cancellation) => EndAsync(caller, id, "released", reason, own: true, cancellation);

    private Task<string> EndAsync(Caller caller, Guid id, string? how, string? reason, bool own, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(End, Sql.Of(id), Sql.Of(how), Sql.Of(caller.Id), Sql.Of(caller.Name), Sql.Of(caller.KindName), Sql.Of(caller.Address), Sql.Of(caller.RequestId), Sql.Of(reason), Sql.Of(own)),
        row => row.GetString(0), cancellation);

    /// <summary>Tells the jobs inside to stop; they count as inside until they leave or expire.</summary>
    /// <returns>How many were told; null when the hold is not live.</returns>
    public Task<int?> RevokeLeasesAsync(Caller caller, Guid id, string? reason, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(Revoke, Sql.Of(id), Sql.Of(caller.Id), Sql.Of(caller.Name), Sql.Of(caller.KindName), Sql.Of(caller.Address), Sql.Of(caller.RequestId), Sql.Of(reason)),
        row => row.IsDBNull(0) ? (int?)null : row.GetInt32(0), cancellation);

    /// <summary>Null when there is none of that id.</summary>
    public Task<HoldInfo?> FindAsync(Guid id, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using NpgsqlCommand command = Sql.Command(connection, One, Sql.Of(id));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Info(row) : null;
    }, cancellation);

    /// <param name="active">Only live ones, only ended ones, or null for both.</param>
    /// <param name="feature">Only those that hold this feature.</param>
    /// <param name="limit">At most so many, newest first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<HoldList> ListAsync(bool? active, string? feature, int limit, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using NpgsqlCommand command = Sql.Command(connection, Many, Sql.Of(active), Sql.Of(feature), Sql.Of(limit));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        var holds = new List<HoldInfo>();
        while (await row.ReadAsync(cancellation))
            holds.Add(Info(row));
        return new HoldList(holds);
    }, cancellation);

    internal static HoldInfo Info(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Token = row.GetInt64(1),
        Features = row.GetFieldValue<string[]>(2),
        Holder = row.GetString(3),
        Reason = row.GetString(4),
        Url = row.IsDBNull(5) ? null : row.GetString(5),
        Exclusive = row.GetBoolean(6),
        Since = row.GetFieldValue<DateTimeOffset>(7),
        ExpiresAt = row.GetFieldValue<DateTimeOffset>(8),
        ExpiresInSeconds = row.IsDBNull(17) ? Math.Max(0, row.GetDouble(9)) : 0,
        HardLimitSeconds = row.IsDBNull(17) ? Math.Max(0, row.GetDouble(10)) : 0,
        ExtendedAt = row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11),
        InFlightAtStart = row.GetInt32(12),
        InFlight = row.GetInt32(13),
        DrainedAt = row.IsDBNull(14) ? null : row.GetFieldValue<DateTimeOffset>(14),
        Left = row.GetInt32(15),
        Expired = row.GetInt32(16),
        EndedAt = row.IsDBNull(17) ? null : row.GetFieldValue<DateTimeOffset>(17),
        State = !row.IsDBNull(18) ? row.GetString(18) : row.IsDBNull(14) ? "active" : "drained",
        EndedBy = row.IsDBNull(19) ? null : row.GetString(19),
    };

    private static int Int(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? 0 : row.GetInt32(column);

    private static PlaceOutcome Outcome(string word) => word switch
    {
        "placed" => PlaceOutcome.Placed,
        "replay" => PlaceOutcome.Replay,
        "ended" => PlaceOutcome.Ended,
        "id-reused" => PlaceOutcome.IdReused,
        "missing" => PlaceOutcome.Missing,
        "conflict" => PlaceOutcome.Conflict,
        _ => throw new InvalidOperationException($"flags.place_hold answered {word}."),
    };
}
