using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>What a worker is told: <c>quiet</c> takes no new jobs, <c>terminate</c> ends.</summary>
public enum WorkerInstruction
{
    Quiet, Terminate,
}

/// <summary>Long-running processes: each step one function of the database, one transaction (Migrations/ClaimsAndWorkers.sql).</summary>
public sealed class WorkerStore(Database database)
{
    private const string Beat = "select * from flags.heartbeat($1, $2, $3, $4, $5, $6, $7)";
    private const string Instruct = "select flags.instruct_workers($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

    private const string Many = """
        select id, role, version, state, state <> 'stopped' and seen_at <= clock_timestamp() - make_interval(secs => $3), instruction, host, leases, started_at, changed_at,
          greatest(0, extract(epoch from clock_timestamp() - seen_at))::float8, clock_timestamp()
        from flags.workers where ($1 is null or role = $1) and ($2 is null or version = $2) order by role, version, started_at, id limit 10000
        """;

    /// <returns><c>seen</c>, <c>back</c> (the state is behind the one it has) or <c>id-reused</c>; what it was told; the state it has.</returns>
    public Task<(string Outcome, string Instruction, string State)> HeartbeatAsync(Caller caller, string id, Heartbeat beat, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(Beat, Sql.Of(id), Sql.Of(beat.Role), Sql.Of(beat.Version), Sql.Of(beat.State), Sql.Of(beat.Host), Sql.Of(beat.Leases), Sql.Of(caller.Id)),
        row => (row.GetString(0), row.GetString(1), row.GetString(2)), cancellation);

    /// <summary>By role, version and age.</summary>
    /// <param name="role">Only this role; null means all.</param>
    /// <param name="version">Only this version; null means all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<IReadOnlyList<WorkerInfo>> ListAsync(string? role, string? version, CancellationToken cancellation) => (await LookAsync(role, version, cancellation)).Workers;

    /// <summary>The same, with the time it is about.</summary>
    public Task<WorkerLook> LookAsync(string? role, string? version, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using NpgsqlCommand command = Sql.Command(connection, Many, Sql.Of(role), Sql.Of(version), Sql.Of(WorkerRules.LostAfter.TotalSeconds));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        var workers = new List<WorkerInfo>();
        DateTimeOffset? now = null;
        while (await row.ReadAsync(cancellation))
        {
            workers.Add(Info(row));
            now = row.GetFieldValue<DateTimeOffset>(11);
        }

        return new WorkerLook(workers, now);
    }, cancellation);

    /// <summary>Tells all that match; they hear of it with their next heartbeat. One audit row, unless all knew.</summary>
    /// <returns>How many workers that live have the instruction now.</returns>
    public Task<int> InstructAsync(Caller caller, InstructWorkers which, WorkerInstruction instruction, string? reason, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(Instruct, Sql.Of(which.Role), Sql.Of(which.Version), Sql.Of(which.ExceptVersion), Sql.Of(which.Id), Sql.Of(Word(instruction)), Sql.Of(WorkerRules.LostAfter.TotalSeconds),
            Sql.Of(caller.Id), Sql.Of(caller.Name), Sql.Of(caller.KindName), Sql.Of(caller.Address), Sql.Of(caller.RequestId), Sql.Of(reason)),
        row => row.GetInt32(0), cancellation);

    private static string Word(WorkerInstruction instruction) => instruction switch
    {
        WorkerInstruction.Quiet => "quiet",
        WorkerInstruction.Terminate => "terminate",
        _ => throw new InvalidOperationException($"No such instruction: {instruction}"),
    };

    private static WorkerInfo Info(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetBoolean(4), row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6), row.IsDBNull(7) ? null : row.GetInt32(7),
        row.GetFieldValue<DateTimeOffset>(8), row.GetFieldValue<DateTimeOffset>(9), row.GetDouble(10));
}

/// <summary>Workers as of one moment.</summary>
/// <param name="Workers">By role, version and age.</param>
/// <param name="Now">The database's clock; null when there are none.</param>
public sealed record WorkerLook(IReadOnlyList<WorkerInfo> Workers, DateTimeOffset? Now);
