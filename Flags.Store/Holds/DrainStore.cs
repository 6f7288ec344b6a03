using Npgsql;

namespace Flags.Store;

/// <summary>What pages say about live holds beyond the wire's body.</summary>
/// <param name="Now">The database's clock.</param>
/// <param name="GuardUntil">No drain succeeds before then: the database failed over or was restored; null when it did not.</param>
/// <param name="OnPages">Live holds that people placed on a page, and who: nobody renews these.</param>
public sealed record DrainNotes(DateTimeOffset Now, DateTimeOffset? GuardUntil, IReadOnlyDictionary<Guid, string> OnPages);

/// <summary>A job that a hold waited for, or waits for; how it ended is <c>left</c>, <c>expired</c> or <c>revoked</c>, null while it is inside.</summary>
public sealed record DrainedJob(Guid Id, string Feature, string Holder, string? Actor, DateTimeOffset Since, DateTimeOffset? EndedAt, string? EndedHow);

/// <summary>Reads for people who watch a drain.</summary>
public sealed class DrainStore(Database database)
{
    private const string Guard = "select clock_timestamp(), case when guard_until > clock_timestamp() then guard_until end from flags.generation";

    private const string OnPages = "select id, caller_name from flags.holds where ended_at is null and caller_kind = 'person'";

    private const string Jobs = """
        select l.id, f.name, l.holder, l.actor, l.entered_at, l.ended_at, l.ended_how
        from flags.holds h join flags.hold_features x on x.hold_id = h.id join flags.leases l on l.feature_id = x.feature_id join flags.features f on f.id = x.feature_id
        where h.id = $1 and l.entered_at < coalesce(h.drained_at, h.ended_at, 'infinity') and (l.ended_at is null or l.ended_at >= h.placed_at)
        order by l.ended_at nulls first, l.entered_at limit $2
        """;

    public Task<DrainNotes> NotesAsync(CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Sql.Command(Guard));
        batch.BatchCommands.Add(Sql.Command(OnPages));
        await using NpgsqlDataReader row = await batch.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
            throw new StoreUnavailableException("The database is not prepared yet.");
        (DateTimeOffset now, DateTimeOffset? guard) = (row.GetFieldValue<DateTimeOffset>(0), row.IsDBNull(1) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(1));
        await row.NextResultAsync(cancellation);
        var people = new Dictionary<Guid, string>();
        while (await row.ReadAsync(cancellation))
            people.Add(row.GetGuid(0), row.GetString(1));
        return new DrainNotes(now, guard, people);
    }, cancellation);

    /// <summary>The jobs a hold waited for, those inside first; ended ones are kept for a day.</summary>
    public Task<IReadOnlyList<DrainedJob>> JobsAsync(Guid hold, int limit, CancellationToken cancellation) => database.RunAsync<IReadOnlyList<DrainedJob>>(async connection =>
    {
        await using NpgsqlCommand command = Sql.Command(connection, Jobs, Sql.Of(hold), Sql.Of(limit));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        var jobs = new List<DrainedJob>();
        while (await row.ReadAsync(cancellation))
            jobs.Add(new DrainedJob(row.GetGuid(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetFieldValue<DateTimeOffset>(4),
                row.IsDBNull(5) ? null : row.GetFieldValue<DateTimeOffset>(5), row.IsDBNull(6) ? null : row.GetString(6)));
        return jobs;
    }, cancellation);
}
