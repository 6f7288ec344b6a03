using System.Globalization;
using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>Which holds to list.</summary>
public sealed record HoldQuery
{
    /// <summary>Only live ones, only ended ones, or null for both.</summary>
    public bool? Active { get; init; }

    /// <summary>Only those that hold this feature.</summary>
    public string? Feature { get; init; }

    /// <summary>At most so many.</summary>
    public required int Limit { get; init; }

    /// <summary>Only older ones than the last of the page before.</summary>
    public HoldCursor? Before { get; init; }
}

/// <summary>Where a page of holds ended. No token: those are only for who placed the hold.</summary>
public readonly record struct HoldCursor(DateTimeOffset Since, Guid Id)
{
    public static bool TryParse(string text, out HoldCursor cursor)
    {
        string[] parts = text.Split('-');
        cursor = default;
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) || ticks > DateTime.MaxValue.Ticks || !Guid.TryParseExact(parts[1], "N", out Guid id))
            return false;
        cursor = new HoldCursor(new DateTimeOffset(ticks, TimeSpan.Zero), id);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Since.UtcTicks}-{Id:N}");
}

/// <summary>A hold as one caller sees it.</summary>
/// <param name="Info">Without the token unless the caller placed it, and with only those features that it may see.</param>
/// <param name="Own">Whether the caller placed it.</param>
public sealed record SeenHold(HoldInfo Info, bool Own)
{
    /// <summary>Whether the caller may know of it at all.</summary>
    public bool Visible => Info.Features.Count > 0;
}

/// <summary>Holds for callers of the API: a token authorises, so nobody sees one but who placed the hold.</summary>
public sealed class HoldReads(Database database)
{
    private const string One = HoldStore.Select + " where h.id = $1";

    private const string Live = HoldStore.Select + " where h.ended_at is null and h.expires_at > clock_timestamp() order by h.placed_at desc limit 1000";

    private const string Many = HoldStore.Select + """
         where ($1 is null or (h.ended_at is null) = $1)
          and exists (select from flags.hold_features x join flags.features f on f.id = x.feature_id where x.hold_id = h.id and ($2 is null or f.name = $2) and ($3 is null or f.name like $3))
          and ($4 is null or (h.placed_at, h.id) < ($4, $5))
        order by h.placed_at desc, h.id desc limit $6
        """;

    private readonly SharedQuery<IReadOnlyList<StoredHold>> live = new(() => ReadAsync(database, Live, CancellationToken.None));

    private sealed record StoredHold(HoldInfo Info, string PlacedBy);

    /// <summary>Null when there is none of that id.</summary>
    public async Task<SeenHold?> FindAsync(Caller caller, Guid id, CancellationToken cancellation) =>
        (await ReadAsync(database, One, cancellation, Sql.Of(id))) is [StoredHold hold] ? Seen(caller, hold) : null;

    /// <summary>Why a caller may not end, extend or drain a hold that another placed; one that may not see it hears nothing about it.</summary>
    public async Task<Problem> ForeignAsync(Caller caller, Guid id, CancellationToken cancellation) =>
        await FindAsync(caller, id, cancellation) is { Visible: true } ? HoldProblems.NotYours(id) : HoldProblems.Outside(caller);

    /// <summary>Newest first; the cursor is null on the last page.</summary>
    public async Task<HoldList> ListAsync(Caller caller, HoldQuery query, CancellationToken cancellation)
    {
        IReadOnlyList<StoredHold> rows = await ReadAsync(database, Many, cancellation, Sql.Of(query.Active), Sql.Of(query.Feature), Sql.Of(Like(caller.Pattern)),
            Sql.Of(query.Before?.Since), Sql.Of(query.Before?.Id), Sql.Of(query.Limit + 1));
        HoldInfo[] page = [.. rows.Take(query.Limit).Select(row => Seen(caller, row).Info)];
        return new HoldList(page, rows.Count > query.Limit ? new HoldCursor(page[^1].Since, page[^1].Id).ToString() : null);
    }

    /// <summary>The live holds of some features, newest first, for whoever is turned away: without any token. One query for everybody who asks meanwhile.</summary>
    public async Task<IReadOnlyList<HoldInfo>> LiveAsync(Caller caller, IReadOnlyCollection<string> features, CancellationToken cancellation) =>
        [.. (await live.JoinAsync().WaitAsync(cancellation)).Where(hold => hold.Info.Features.Any(features.Contains)).Select(hold => Seen(caller, hold).Info with { Token = null })];

    private static SeenHold Seen(Caller caller, StoredHold hold)
    {
        bool own = hold.PlacedBy == caller.Id;
        return new SeenHold(hold.Info with { Token = own ? hold.Info.Token : null, Features = [.. hold.Info.Features.Where(caller.Sees)] }, own);
    }

    private static Task<IReadOnlyList<StoredHold>> ReadAsync(Database database, string sql, CancellationToken cancellation, params NpgsqlParameter[] parameters) =>
        database.RunAsync<IReadOnlyList<StoredHold>>(async connection =>
        {
            await using NpgsqlCommand command = Sql.Command(connection, sql, parameters);
            await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
            var holds = new List<StoredHold>();
            while (await row.ReadAsync(cancellation))
                holds.Add(new StoredHold(HoldStore.Info(row), row.GetString(20)));
            return holds;
        }, cancellation);

    private static string? Like(string? pattern) => pattern?.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal)
        .Replace("_", @"\_", StringComparison.Ordinal).Replace('*', '%');
}
