using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>A claim as people see it who are neither its owner nor after it.</summary>
/// <param name="Claim">Null when nobody has it, or its time is long over.</param>
/// <param name="By">Whose claim it is: the name of the key.</param>
/// <param name="Owner">Which attempt, as it calls itself.</param>
/// <param name="GuardUntil">Nobody claims anything new before then: the database failed over or was restored; null when it did not.</param>
/// <param name="Now">The database's clock.</param>
public sealed record ClaimLook(ClaimInfo? Claim, string By, string Owner, DateTimeOffset? GuardUntil, DateTimeOffset Now);

/// <summary>What people do with claims: look one up, and give it back for an attempt that is stuck.</summary>
public sealed class ClaimDesk(Database database)
{
    private const string Guard = "select clock_timestamp(), case when claim_guard_until > clock_timestamp() then claim_guard_until end from flags.generation";

    private const string One = ClaimStore.Select + """
        , coalesce((select k.name from auth.keys k where k.id = c.caller_id), c.caller_id), c.owner
        from flags.claims c where key = $1 and keep_until > clock_timestamp()
        """;

    // Neither owner nor token is asked for; the start says which attempt is meant, and each has its own.
    private const string Abandon = """
        with ended as (
          update flags.claims set state = 'abandoned', ended_at = clock_timestamp(), free_at = clock_timestamp(), keep_until = clock_timestamp() + make_interval(secs => keep)
          where key = $1 and claimed_at = $2 and state = 'claimed' returning key, attempt, owner, caller_id
        ), noted as (
          insert into flags.audit (caller_id, caller_name, caller_kind, address, request_id, what, target, reason, change)
          select $3, $4, $5, $6, $7, 'claim.abandon', key, $8, json_build_object('attempt', attempt, 'owner', owner, 'caller', caller_id) from ended returning id
        )
        select max(id) from noted
        """;

    public Task<ClaimLook> LookAsync(string key, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Sql.Command(Guard));
        batch.BatchCommands.Add(Sql.Command(One, Sql.Of(key)));
        await using NpgsqlDataReader row = await batch.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
            throw new StoreUnavailableException("The database is not prepared yet.");
        (DateTimeOffset now, DateTimeOffset? guard) = (row.GetFieldValue<DateTimeOffset>(0), row.IsDBNull(1) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(1));
        await row.NextResultAsync(cancellation);
        return await row.ReadAsync(cancellation) ? new ClaimLook(ClaimStore.Info(key, row), row.GetString(8), row.GetString(9), guard, now) : new ClaimLook(null, "", "", guard, now);
    }, cancellation);

    /// <summary>Gives back an attempt that is not done: anybody can claim the key at once, and whoever works on it is told so by its next call.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="claim">The claim as it was seen; another attempt of the same key is left alone.</param>
    /// <param name="reason">Why; for the audit.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The audit row; null when it is done, given back or another attempt's by now, and then nothing is changed.</returns>
    public Task<long?> AbandonAsync(Caller caller, ClaimInfo claim, string? reason, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(Abandon, Sql.Of(claim.Key), Sql.Of((DateTimeOffset?)claim.ClaimedAt), Sql.Of(caller.Id), Sql.Of(caller.Name), Sql.Of(caller.KindName), Sql.Of(caller.Address), Sql.Of(caller.RequestId), Sql.Of(reason)),
        row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), cancellation);
}
