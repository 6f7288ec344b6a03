using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>How an enter ended; the words of <c>flags.enter</c>, and <see cref="NoLimit"/>, which is known before it is asked.</summary>
public enum EnterOutcome
{
    Entered, Replay, Lost, IdReused, Missing, Stale, Held, Disabled, Full, Recovering, ParentLost, ParentForeign, NoLimit,
}

/// <summary>An enter's parts. <c>Open</c> is what the gates said at <c>Version</c>.</summary>
public sealed record EnterAttempt
{
    public required Guid Id { get; init; }
    public required int FeatureId { get; init; }
    public required long Version { get; init; }
    public required bool Open { get; init; }
    public required bool Limited { get; init; }
    public required TimeSpan Ttl { get; init; }
    public required string Holder { get; init; }
    public string? Actor { get; init; }
    public Guid? Parent { get; init; }
    public bool Takeover { get; init; }

    /// <summary>Whether the caller will ask again, so that people see it waiting.</summary>
    public bool Waits { get; init; }
}

/// <summary>The answer of one attempt.</summary>
public readonly record struct EnterAnswer(EnterOutcome Outcome, long Token, double ExpiresInSeconds, int Inside, double RetryAfterSeconds, DateTimeOffset? ExpiresAt);

/// <summary>Enters, renews and leaves: each one function of the database, one round trip, one transaction (Migrations/DeploySafety.sql).</summary>
public sealed class LeaseStore(Database database)
{
    private const string Enter = "select * from flags.enter($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    private const string Renew = "select * from flags.renew($1, $2, $3, $4)";
    private const string Leave = "select flags.leave($1, $2, $3)";
    private const string Settle = "select flags.settle($1)";
    private const string Counts = "select feature_id, count(*)::int from flags.leases where ended_at is null and expires_at + flags.grace(ttl) > clock_timestamp() group by feature_id";

    private const string Inside = """
        select l.id, f.name, l.holder, l.actor, l.entered_at, extract(epoch from l.expires_at - clock_timestamp())::float8, l.revoked_at is not null
        from flags.leases l join flags.features f on f.id = l.feature_id
        where l.ended_at is null and l.expires_at + flags.grace(l.ttl) > clock_timestamp() and ($1 is null or f.name = any($1)) order by l.entered_at limit 10000
        """;

    private const string Waiting = """
        select w.lease_id, f.name, w.holder, w.takeover, w.since from flags.waiters w join flags.features f on f.id = w.feature_id
        where w.seen_at > clock_timestamp() - interval '90 seconds' and not exists (select from flags.leases l where l.id = w.lease_id) and ($1 is null or f.name = any($1)) order by w.since limit 10000
        """;

    private readonly SharedQuery<IReadOnlyDictionary<int, int>> counts = new(() => CountAsync(database));

    public Task<EnterAnswer> EnterAsync(Caller caller, EnterAttempt attempt, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(Enter, Sql.Of(attempt.Id), Sql.Of(attempt.FeatureId), Sql.Of(attempt.Version), Sql.Of(attempt.Open), Sql.Of(attempt.Limited), Sql.Of(attempt.Ttl.TotalSeconds),
            Sql.Of(attempt.Holder), Sql.Of(attempt.Actor), Sql.Of(attempt.Parent), Sql.Of(attempt.Takeover), Sql.Of(attempt.Waits), Sql.Of(caller.Id)),
        row => new EnterAnswer(Outcome(row.GetString(0)), Long(row, 1), Double(row, 2), (int)Long(row, 3), Double(row, 4), row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5)), cancellation);

    /// <summary>Renews leases of one caller; the answers are in the order asked. An outcome more than on the wire: <c>stale</c>, the id with another token or caller.</summary>
    public async Task<IReadOnlyList<(RenewedLease Lease, int? FeatureId)>> RenewAsync(Caller caller, IReadOnlyList<LeaseToken> leases, TimeSpan? ttl, CancellationToken cancellation)
    {
        NpgsqlBatchCommand command = Sql.Command(Renew, Sql.Of(leases.Select(l => l.Id).ToArray()), Sql.Of(leases.Select(l => l.Token).ToArray()), Sql.Of(ttl?.TotalSeconds), Sql.Of(caller.Id));
        Dictionary<Guid, (RenewedLease, int?)> answers = (await database.CallManyAsync(command,
            row => (new RenewedLease(row.GetGuid(0), row.GetString(1), Double(row, 2), row.GetBoolean(4), row.GetBoolean(5)), row.IsDBNull(3) ? (int?)null : row.GetInt32(3)), cancellation))
            .GroupBy(a => a.Item1.Id).ToDictionary(a => a.Key, a => a.First());
        return [.. leases.Select(l => answers[l.Id])];
    }

    /// <returns><c>live</c>, <c>expired</c> or <c>unknown</c>: what the lease was.</returns>
    public Task<string> LeaveAsync(Caller caller, Guid id, long token, CancellationToken cancellation) =>
        database.CallAsync(Sql.Command(Leave, Sql.Of(id), Sql.Of(token), Sql.Of(caller.Id)), row => row.GetString(0), cancellation);

    /// <summary>How many live leases each feature has, those with none left out: one query for everybody who asks meanwhile. A hint; leases past their expiry may still count in a drain.</summary>
    public Task<IReadOnlyDictionary<int, int>> CountAsync(CancellationToken cancellation) => counts.JoinAsync().WaitAsync(cancellation);

    /// <summary>Ends what has expired and counts what is left, under the lock: zero after the feature was turned off means that nobody is inside nor can enter.</summary>
    public Task<int> SettleAsync(int featureId, CancellationToken cancellation) => database.CallAsync(Sql.Command(Settle, Sql.Of(featureId)), row => row.GetInt32(0), cancellation);

    private static Task<IReadOnlyDictionary<int, int>> CountAsync(Database database) => database.RunAsync<IReadOnlyDictionary<int, int>>(async connection =>
    {
        await using var command = new NpgsqlCommand(Counts, connection);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        var inside = new Dictionary<int, int>();
        while (await row.ReadAsync())
            inside[row.GetInt32(0)] = row.GetInt32(1);
        return inside;
    }, CancellationToken.None);

    /// <summary>Who is inside and who waits.</summary>
    /// <param name="features">Only these; null means all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<LeaseList> ListAsync(IReadOnlyList<string>? features, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Sql.Command(Inside, Sql.OfNames(features)));
        batch.BatchCommands.Add(Sql.Command(Waiting, Sql.OfNames(features)));
        await using NpgsqlDataReader row = await batch.ExecuteReaderAsync(cancellation);
        var leases = new List<LeaseInfo>();
        while (await row.ReadAsync(cancellation))
            leases.Add(new LeaseInfo(row.GetGuid(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), row.GetDouble(5), row.GetBoolean(6)));
        await row.NextResultAsync(cancellation);
        var waiting = new List<WaiterInfo>();
        while (await row.ReadAsync(cancellation))
            waiting.Add(new WaiterInfo(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetFieldValue<DateTimeOffset>(4)));
        return new LeaseList(leases, waiting);
    }, cancellation);

    private static EnterOutcome Outcome(string word) => word switch
    {
        "entered" => EnterOutcome.Entered,
        "replay" => EnterOutcome.Replay,
        "lost" => EnterOutcome.Lost,
        "id-reused" => EnterOutcome.IdReused,
        "missing" => EnterOutcome.Missing,
        "stale" => EnterOutcome.Stale,
        "held" => EnterOutcome.Held,
        "disabled" => EnterOutcome.Disabled,
        "full" => EnterOutcome.Full,
        "recovering" => EnterOutcome.Recovering,
        "parent-lost" => EnterOutcome.ParentLost,
        "parent-foreign" => EnterOutcome.ParentForeign,
        _ => throw new InvalidOperationException($"flags.enter answered {word}."),
    };

    private static long Long(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? 0 : Convert.ToInt64(row.GetValue(column));

    private static double Double(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? 0 : row.GetDouble(column);
}
