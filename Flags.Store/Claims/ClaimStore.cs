using System.Text.Json;
using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>How a claim ended; the words of <c>flags.claim</c>.</summary>
public enum ClaimOutcome
{
    Claimed, Replay, Taken, Done, Recovering,
}

/// <summary>Somebody who wants to be the one for a key.</summary>
public sealed record ClaimAttempt
{
    public required string Key { get; init; }

    /// <summary>The attempt; repeated only to repeat the same call.</summary>
    public required string Owner { get; init; }
    public required TimeSpan Ttl { get; init; }
    public required TimeSpan Keep { get; init; }
    public bool Once { get; init; }
}

/// <summary>The answer; <c>Seconds</c> is the life of the caller's claim, or how long another's stands in the way. <c>Result</c> is JSON.</summary>
public readonly record struct ClaimAnswer(ClaimOutcome Outcome, long Token, int Attempt, double Seconds, string? Result);

/// <summary>Claims, one winner a key: each step one function of the database, one round trip, one transaction (Migrations/ClaimsAndWorkers.sql).</summary>
public sealed class ClaimStore(Database database)
{
    private const string Claim = "select * from flags.claim($1, $2, $3, $4, $5, $6)";
    private const string Renew = "select * from flags.renew_claim($1, $2, $3, $4)";
    private const string End = "select * from flags.end_claim($1, $2, $3, $4, $5)";

    // One that is done and past its time is free, and its result nobody's business any more.
    internal const string Select = """
        select case when state = 'claimed' and expires_at <= clock_timestamp() then 'expired' else state end, once, attempt, claimed_at,
          case state when 'claimed' then greatest(0, extract(epoch from expires_at - clock_timestamp())) else 0 end::float8, greatest(0, extract(epoch from free_at - clock_timestamp()))::float8, ended_at, result
        """;

    private const string One = Select + " from flags.claims where key = $1 and keep_until > clock_timestamp()";

    public Task<ClaimAnswer> ClaimAsync(Caller caller, ClaimAttempt attempt, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(Claim, Sql.Of(attempt.Key), Sql.Of(attempt.Owner), Sql.Of(attempt.Ttl.TotalSeconds), Sql.Of(attempt.Keep.TotalSeconds), Sql.Of(attempt.Once), Sql.Of(caller.Id)),
        row => new ClaimAnswer(Outcome(row.GetString(0)), row.IsDBNull(1) ? 0 : row.GetInt64(1), row.IsDBNull(2) ? 0 : row.GetInt32(2), Seconds(row, 3), row.IsDBNull(4) ? null : row.GetString(4)), cancellation);

    /// <returns><c>renewed</c> and the life, or <c>expired</c>, <c>done</c>, <c>abandoned</c>, <c>stale</c> (another token or caller), <c>unknown</c>.</returns>
    public Task<(string Outcome, double ExpiresInSeconds)> RenewAsync(Caller caller, string key, long token, TimeSpan? ttl, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(Renew, Sql.Of(key), Sql.Of(token), Sql.Of(ttl?.TotalSeconds), Sql.Of(caller.Id)), row => (row.GetString(0), Seconds(row, 1)), cancellation);

    /// <summary>Records that it is done. Of several calls the first one's result stays.</summary>
    /// <returns><c>done</c> and for how long it is kept, or <c>abandoned</c>, <c>stale</c> (another token or caller), <c>unknown</c>.</returns>
    public Task<(string Outcome, double KeptForSeconds)> CompleteAsync(Caller caller, string key, long token, string? result, CancellationToken cancellation) =>
        EndAsync(caller, key, token, "done", result, cancellation);

    /// <summary>Gives it back: anybody can claim it at once.</summary>
    /// <returns><c>abandoned</c>, or <c>done</c> when it was completed before, <c>stale</c> (another token or caller), <c>unknown</c>.</returns>
    public Task<(string Outcome, double KeptForSeconds)> AbandonAsync(Caller caller, string key, long token, CancellationToken cancellation) =>
        EndAsync(caller, key, token, "abandoned", null, cancellation);

    /// <summary>Null when there is none.</summary>
    public Task<ClaimInfo?> FindAsync(string key, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using NpgsqlCommand command = Sql.Command(connection, One, Sql.Of(key));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        return await row.ReadAsync(cancellation) ? Info(key, row) : null;
    }, cancellation);

    /// <summary>A row of <see cref="Select"/>.</summary>
    internal static ClaimInfo Info(string key, NpgsqlDataReader row) => new()
    {
        Key = key,
        State = row.GetString(0),
        Mode = ClaimRules.Mode(row.GetBoolean(1)),
        Attempt = row.GetInt32(2),
        ClaimedAt = row.GetFieldValue<DateTimeOffset>(3),
        ExpiresInSeconds = row.GetDouble(4),
        FreeInSeconds = row.GetDouble(5),
        EndedAt = row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
        Result = row.IsDBNull(7) ? null : Json(row.GetString(7)),
    };

    /// <summary>A result as it was sent.</summary>
    internal static JsonElement Json(string result)
    {
        using JsonDocument document = JsonDocument.Parse(result);
        return document.RootElement.Clone();
    }

    private Task<(string, double)> EndAsync(Caller caller, string key, long token, string how, string? result, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(End, Sql.Of(key), Sql.Of(token), Sql.Of(how), Sql.Of(result), Sql.Of(caller.Id)), row => (row.GetString(0), Seconds(row, 1)), cancellation);

    private static double Seconds(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? 0 : row.GetDouble(column);

    private static ClaimOutcome Outcome(string word) => word switch
    {
        "claimed" => ClaimOutcome.Claimed,
        "replay" => ClaimOutcome.Replay,
        "taken" => ClaimOutcome.Taken,
        "done" => ClaimOutcome.Done,
        "recovering" => ClaimOutcome.Recovering,
        _ => throw new InvalidOperationException($"flags.claim answered {word}."),
    };
}
