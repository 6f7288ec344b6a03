using System.Text.Json;
using Flags.Core;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Flags.Store;

/// <summary>Which audit rows are wanted; null means any.</summary>
public sealed record AuditQuery
{
    public string? Who { get; init; }
    public string? What { get; init; }
    public string? Feature { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>Only rows older than this id.</summary>
    public long? Before { get; init; }

    /// <summary>1 to 200.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>Reads the audit rows that every write leaves.</summary>
public sealed class AuditStore(IDbContextFactory<FlagsDb> contexts, Database database)
{
    /// <summary>A refused name may be anything; this much of it is kept.</summary>
    private const int LongestTarget = 255;

    private const string Places = """
        select a.id, (select max(b.version) from flags.audit b where b.feature_id = a.feature_id and b.version < a.version),
          (select max(n.version) from flags.audit n where n.feature_id = a.feature_id)
        from flags.audit a where a.id = any($1) and a.feature_id is not null and a.version is not null
        """;

    public Task<AuditList> ListAsync(AuditQuery query, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using FlagsDb db = await contexts.CreateDbContextAsync(cancellation);
        db.Database.SetDbConnection(connection);
        AuditRow[] rows = await Filter(Of(db, query.Feature).AsNoTracking(), query).OrderByDescending(a => a.Id).Take(query.Limit + 1).ToArrayAsync(cancellation);
        AuditEntry[] page = [.. rows.Take(query.Limit).Select(Entry)];
        return new AuditList(page, rows.Length > query.Limit ? page[^1].Id.ToString() : null);
    }, cancellation);

    /// <summary>Notes that somebody was refused for want of a permission.</summary>
    public Task RefusedAsync(Caller caller, string action, string target, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using FlagsDb db = await contexts.CreateDbContextAsync(cancellation);
        db.Database.SetDbConnection(connection);
        db.AuditRows.Add(AuthWrite.Audit(caller, "refused", target[..Math.Min(target.Length, LongestTarget)], JsonSerializer.Serialize(new Dictionary<string, string> { ["action"] = action })));
        return await db.SaveChangesAsync(cancellation);
    }, cancellation);

    /// <summary>One row; null when there is none of that id.</summary>
    public Task<AuditEntry?> FindAsync(long id, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using FlagsDb db = await contexts.CreateDbContextAsync(cancellation);
        db.Database.SetDbConnection(connection);
        AuditRow? row = await db.AuditRows.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellation);
        return row is null ? null : Entry(row);
    }, cancellation);

    /// <summary>For rows that made a version of a feature: the version before it, and the feature's newest one.</summary>
    public Task<IReadOnlyDictionary<long, VersionPlace>> PlacesAsync(IReadOnlyList<long> ids, CancellationToken cancellation) => database.RunAsync<IReadOnlyDictionary<long, VersionPlace>>(async connection =>
    {
        await using NpgsqlCommand command = Sql.Command(connection, Places, Sql.Of([.. ids]));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        var places = new Dictionary<long, VersionPlace>();
        while (await row.ReadAsync(cancellation))
            places[row.GetInt64(0)] = new VersionPlace(row.IsDBNull(1) ? null : row.GetInt64(1), row.GetInt64(2));
        return places;
    }, cancellation);

    /// <summary>A feature's own rows and those of the holds on it, which may name other features too.</summary>
    private static IQueryable<AuditRow> Of(FlagsDb db, string? feature) => feature is null ? db.AuditRows : db.AuditRows.FromSql($"""
        select * from flags.audit where (target = {feature} and feature_id is not null) or (what like 'hold.%' and (change ->> 'hold')::uuid in
          (select x.hold_id from flags.hold_features x join flags.features f on f.id = x.feature_id where f.name = {feature}))
        """);

    private static IQueryable<AuditRow> Filter(IQueryable<AuditRow> rows, AuditQuery query)
    {
        if (query.Who is { } who)
            rows = rows.Where(a => a.CallerName == who || a.CallerId == who);
        if (query.What is { } what)
            rows = rows.Where(a => a.What == what || a.What.StartsWith(what + "."));
        if (query.From is { } from)
            rows = rows.Where(a => a.At >= from.UtcDateTime);
        if (query.To is { } to)
            rows = rows.Where(a => a.At < to.UtcDateTime);
        return query.Before is { } before ? rows.Where(a => a.Id < before) : rows;
    }

    private static AuditEntry Entry(AuditRow row)
    {
        using JsonDocument change = JsonDocument.Parse(row.Change);
        return new AuditEntry(row.Id, row.At, new Who(row.CallerId, row.CallerName, row.CallerKind), row.Address, row.RequestId, row.What, row.Target,
            row.Version, row.Reason, change.RootElement.Clone());
    }
}

/// <summary>Where a version stands in its feature's history; <paramref name="Before"/> is null for the first.</summary>
public sealed record VersionPlace(long? Before, long Newest);
