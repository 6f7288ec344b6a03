using System.Text.Json;
using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>What a write wants: for each changed name the content afterwards, or why not.</summary>
internal sealed record Wanted(IReadOnlyDictionary<string, FeatureContent>? Contents, Problem? Problem = null);

/// <summary>Which features a write takes, and what it makes of them.</summary>
internal sealed record WriteRequest(Caller Caller, string Action, WriteOptions Options)
{
    public required string[] Names { get; init; }

    /// <summary>Whether rows are made for unknown names (create, import).</summary>
    public bool MayCreate { get; init; }

    /// <summary>Whether all features are taken (import that replaces).</summary>
    public bool Everything { get; init; }

    /// <summary>Whether to stop before writing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Decides under the lock, from the rows read there.</summary>
    public required Func<IReadOnlyDictionary<string, StoredFeature>, NpgsqlConnection, Task<Wanted>> Decide { get; init; }
}

internal sealed record WriteOutcome(IReadOnlyList<Written> Written, IReadOnlyDictionary<string, StoredFeature> Before, Problem? Problem);

/// <summary>
/// The one way to write features: slots ascending, rows, counter, audit, NOTIFY, commit (store.md "Order, always"); two batches, so
/// BEGIN and each batch are one round trip. A lock inside the reading statement would be useless: its snapshot is older than the lock.
/// </summary>
internal static class FeatureWriter
{
    private const string Insert = """
        insert into flags.features (name, description, tags, protected, boolean, actors, groups, denied_actors, denied_groups, deleted, version, seen, created_at, updated_at, updated_by)
        select n, '', '{}', false, false, '{}', '{}', '{}', '{}', true, 0, 0, clock_timestamp(), clock_timestamp(), '' from unnest($1) n order by n collate "C"
        on conflict (name) do nothing
        """;

    private const string LockNames = """
        select pg_advisory_xact_lock(1179402567, slot)
        from (select distinct id & 1023 as slot from flags.features where name = any($1) order by slot offset 0) slots
        """;

    private const string LockEverything = "select pg_advisory_xact_lock(1179402567, slot) from generate_series(0, 1023) slot";

    private const string Select = $"select {FeatureRows.Columns} from flags.features where name = any($1) order by id for update";

    private const string SelectEverything = $"select {FeatureRows.Columns} from flags.features where not deleted or name = any($1) order by id for update";

    private const string Audit = """
        insert into flags.audit (caller_id, caller_name, caller_kind, address, request_id, what, feature_id, target, version, reason, change)
        select $1, $2, $3, $4, $5, $6, $7, $8, version, $9, $10 from flags.counter returning id
        """;

    public static Task<WriteOutcome> RunAsync(Database database, WriteRequest request, CancellationToken cancellation) =>
        database.TransactAsync(async (connection, transaction) =>
        {
            Dictionary<string, StoredFeature> before = await TakeAsync(database, connection, transaction, request, cancellation);
            Wanted wanted = await request.Decide(before, connection);
            if (wanted.Contents is null)
                return new WriteOutcome([], before, wanted.Problem);
            List<Step> steps = Steps(before, wanted.Contents);
            Problem? problem = Refusal(steps, request);
            if (problem is not null || steps.Count == 0 || request.DryRun)
                return new WriteOutcome([.. steps.Select(s => new Written(s.Before, s.Change, null))], before, problem);
            List<Written> written = await StoreAsync(connection, transaction, request, steps, cancellation);
            await transaction.CommitAsync(cancellation);
            return new WriteOutcome(written, before, null);
        }, cancellation);

    private static async Task<Dictionary<string, StoredFeature>> TakeAsync(
        Database database, NpgsqlConnection connection, NpgsqlTransaction transaction, WriteRequest request, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Sql.Command(Database.Prelude));
        if (request.MayCreate)
            batch.BatchCommands.Add(Sql.Command(Insert, Sql.Of(request.Names)));
        (string locks, string select) = request.Everything ? (LockEverything, SelectEverything) : (LockNames, Select);
#if MUTANTS
        if (database.Mutant.HasFlag(Mutant.NoLock))
            (locks, select) = ("select $1::text[]", select.Replace("for update", ""));
#endif
        batch.BatchCommands.Add(request.Everything ? Sql.Command(locks) : Sql.Command(locks, Sql.Of(request.Names)));
        batch.BatchCommands.Add(Sql.Command(select, Sql.Of(request.Names)));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation);
        await Database.ReadPreludeAsync(reader, cancellation);
        await reader.NextResultAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        var before = new Dictionary<string, StoredFeature>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
        {
            StoredFeature row = FeatureRows.Read(reader);
            before.Add(row.Feature.Name, row);
        }

        return before;
    }

    private sealed record Step(StoredFeature Before, FeatureContent After, FeatureChange Change);

    private static List<Step> Steps(Dictionary<string, StoredFeature> before, IReadOnlyDictionary<string, FeatureContent> wanted)
    {
        var steps = new List<Step>();
        foreach ((string name, FeatureContent after) in wanted)
        {
            StoredFeature row = before[name];
            if (FeatureDifference.Between(row.Content, after) is { } change)
                steps.Add(new Step(row, after, change));
        }

        return steps;
    }

    /// <summary>Rules of the content, then protection: judged by the stored gates, whatever route the write came by.</summary>
    private static Problem? Refusal(List<Step> steps, WriteRequest request)
    {
        FieldError[] errors = [.. steps.Where(s => s.After.Exists).SelectMany(s => FeatureRules.Check(s.After, steps.Count > 1 ? $"features.{s.Before.Feature.Name}." : "")).Take(20)];
        if (errors.Length > 0)
            return Problems.Invalid("Send less, or use an expression for large sets.", errors);
        // A dry run shows what would be turned off; confirming comes with the real one.
        string[] unconfirmed = request.DryRun ? [] : [.. steps
            .Where(s => s.Before.Content is { Exists: true, Protected: true } old && (!s.After.Exists || (old.Gates.State != FeatureState.Off && s.After.Gates.State == FeatureState.Off)))
            .Select(s => s.Before.Feature.Name).Where(name => !request.Options.Confirmed.Contains(name))];
        return unconfirmed.Length > 0 ? Problems.ConfirmationNeeded(unconfirmed) : null;
    }

    private static async Task<List<Written>> StoreAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, WriteRequest request, List<Step> steps, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(Sql.Command("update flags.counter set version = version + 1"));
        foreach (Step step in steps)
        {
            batch.BatchCommands.Add(FeatureRows.UpdateCommand(step.Before, step.After, FeatureDifference.IsSeen(step.Change), request.Caller.Name));
            batch.BatchCommands.Add(AuditCommand(request, step));
        }

        batch.BatchCommands.Add(Sql.Command("notify flags"));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellation);
        var written = new List<Written>(steps.Count);
        foreach (Step step in steps)
        {
            await reader.ReadAsync(cancellation);
            StoredFeature after = FeatureRows.With(step.Before, step.After, reader, request.Caller.Name);
            await reader.NextResultAsync(cancellation);
            await reader.ReadAsync(cancellation);
            written.Add(new Written(after, step.Change, reader.GetInt64(0)));
            await reader.NextResultAsync(cancellation);
        }

        return written;
    }

    private static NpgsqlBatchCommand AuditCommand(WriteRequest request, Step step)
    {
        Caller caller = request.Caller;
        return Sql.Command(Audit,
            Sql.Of(caller.Id), Sql.Of(caller.Name), Sql.Of(caller.KindName), Sql.Of(caller.Address), Sql.Of(caller.RequestId),
            Sql.Of("feature." + request.Action), Sql.Of((int?)step.Before.Id), Sql.Of(step.Before.Feature.Name), Sql.Of(request.Options.Reason),
            Sql.Json(JsonSerializer.Serialize(step.Change, FlagsJson.Relaxed.FeatureChange)));
    }
}
