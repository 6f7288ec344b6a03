using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>
/// All good keys in memory. Reloaded when the counter of keys and people moves (the change feed tells within 1.5 s), and when a key is
/// presented that is none of them, so that one minted or rotated on another replica works at once. Compared in fixed time.
/// </summary>
public sealed class KeyRing
{
    private const string Select = """
        select (select auth_version from flags.counter), id, name, hash, old_hash, permissions, pattern,
          extract(epoch from expires_at - clock_timestamp())::float8, extract(epoch from old_until - clock_timestamp())::float8
        from auth.keys where revoked_at is null and (expires_at is null or expires_at > clock_timestamp())
        union all select auth_version, null, null, null, null, null, null, null, null from flags.counter
        """;

    private static readonly Caller Setup = new("setup", "setup", CallerKind.Key, Permissions.Admin);

    private readonly Database database;
    private readonly TimeProvider time;
    private readonly FeatureCache cache;
    private readonly byte[]? setupHash;
    private readonly SharedQuery<Ring> load;
    private readonly ConcurrentDictionary<string, KeyUse> uses = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> streamTokens = new(StringComparer.Ordinal);
    private Ring ring = new(-1, FrozenDictionary<string, Entry>.Empty);

    /// <param name="database">Where the keys are.</param>
    /// <param name="cache">Tells the counter of keys and people.</param>
    /// <param name="time">For expiry: seconds of life, as the database told them, counted from the load.</param>
    /// <param name="setupKey">The bootstrap key of the configuration, 32 or more characters; null for none.</param>
    public KeyRing(Database database, FeatureCache cache, TimeProvider time, string? setupKey)
    {
        (this.database, this.cache, this.time) = (database, cache, time);
        setupHash = setupKey is null ? null : KeySecret.Hash(setupKey);
        load = new SharedQuery<Ring>(LoadAsync);
    }

    private sealed record Entry(Caller Caller, byte[] Hash, byte[]? OldHash, long EndsAt, long OldEndsAt);

    private sealed record Ring(long AuthVersion, FrozenDictionary<string, Entry> Keys);

    /// <summary>Who presents this key; null when it is none, revoked, expired or mistyped.</summary>
    /// <param name="key">As it was sent.</param>
    /// <param name="from">Where from and with which program, for <c>lastUsed</c>.</param>
    public async ValueTask<Caller?> FindAsync(string key, KeyOrigin from)
    {
        byte[] hash = KeySecret.Hash(key);
        if (setupHash is not null && CryptographicOperations.FixedTimeEquals(hash, setupHash))
            return Setup;
        if (!KeySecret.TryReadId(key, out string? id))
            return null;
        Caller? caller = Match(id, hash, out bool old);
        if (caller is null)
        {
            await RefreshAsync();
            caller = Match(id, hash, out old);
        }

        if (caller is not null)
            Note(id, from, old);
        return caller;
    }

    /// <summary>Whether a caller found earlier would still be found: open streams ask when the counter moves.</summary>
    public bool StillGood(Caller caller, string key) => caller.Id == "setup" || Match(caller.Id, KeySecret.Hash(key), out _) is not null;

    /// <summary>The token with which whoever has this key may follow event streams without it.</summary>
    public string StreamTokenOf(Caller caller, string key)
    {
        byte[] hash = KeySecret.Hash(key);
        return streamTokens.GetOrAdd(Convert.ToHexString(hash), _ => StreamToken.Of(caller.Id, hash));
    }

    /// <summary>Whose token this is, from memory alone; null when its key is not good, or not known yet.</summary>
    public Caller? FindStream(string token)
    {
        if (!StreamToken.TryReadId(token, out string? id))
            return null;
        if (id == "setup")
            return setupHash is not null && StreamToken.IsOf(token, id, setupHash) ? Setup : null;
        if (!Volatile.Read(ref ring).Keys.TryGetValue(id, out Entry? entry) || time.GetTimestamp() >= entry.EndsAt)
            return null;
        bool old = entry.OldHash is not null && time.GetTimestamp() < entry.OldEndsAt && StreamToken.IsOf(token, id, entry.OldHash);
        return old || StreamToken.IsOf(token, id, entry.Hash) ? entry.Caller : null;
    }

    /// <summary>What a token is worth now; never throws for want of a database.</summary>
    public async ValueTask<StreamTokenState> AskStreamAsync(string token)
    {
        if (!StreamToken.TryReadId(token, out _))
            return StreamTokenState.Malformed;
        if (FindStream(token) is not null)
            return StreamTokenState.Good;
        try
        {
            await RefreshAsync();
        }
        catch (StoreUnavailableException)
        {
            return StreamTokenState.Unknown;
        }

        return FindStream(token) is not null ? StreamTokenState.Good : StreamTokenState.Gone;
    }

    /// <summary>Loads the keys if the counter moved since the last load.</summary>
    public async Task RefreshAsync()
    {
        Counters now = await cache.CountersAsync();
        if (now.AuthVersion != Volatile.Read(ref ring).AuthVersion)
            await load.JoinAsync();
    }

    /// <summary>The uses since the last call, for the batch that writes <c>lastUsed</c>.</summary>
    internal IReadOnlyList<TakenKeyUse> TakeUses()
    {
        var taken = new List<TakenKeyUse>();
        foreach (string id in uses.Keys)
        {
            if (uses.TryRemove(id, out KeyUse? use))
                taken.Add(new TakenKeyUse(id, time.GetElapsedTime(use.At).TotalSeconds, use.From, use.OldAt is { } old ? time.GetElapsedTime(old).TotalSeconds : null, use));
        }

        return taken;
    }

    /// <summary>Uses that were taken and not written: the next batch carries them, but for those of keys that were used since.</summary>
    internal void PutBack(IReadOnlyList<TakenKeyUse> taken)
    {
        foreach (TakenKeyUse one in taken)
            uses.AddOrUpdate(one.Id, one.Use, (_, newer) => newer with { OldAt = newer.OldAt ?? one.Use.OldAt });
    }

    /// <summary>Whether the old secret is still in use decides when a rotation is over, so a use of the new one must not hide it.</summary>
    private void Note(string id, KeyOrigin from, bool old)
    {
        long now = time.GetTimestamp();
        uses[id] = new KeyUse(now, from, old ? now : uses.TryGetValue(id, out KeyUse? before) ? before.OldAt : null);
    }

    private Caller? Match(string id, byte[] hash, out bool old)
    {
        old = false;
        if (!Volatile.Read(ref ring).Keys.TryGetValue(id, out Entry? entry))
            return null;
        long now = time.GetTimestamp();
        bool good = CryptographicOperations.FixedTimeEquals(hash, entry.Hash) && now < entry.EndsAt;
        old = !good && entry.OldHash is not null && CryptographicOperations.FixedTimeEquals(hash, entry.OldHash) && now < entry.OldEndsAt && now < entry.EndsAt;
        return good || old ? entry.Caller : null;
    }

    private Task<Ring> LoadAsync() => database.RunAsync(async connection =>
    {
        long loadedAt = time.GetTimestamp();
        await using var command = new NpgsqlCommand(Select, connection);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        long version = -1;
        var keys = new Dictionary<string, Entry>(StringComparer.Ordinal);
        while (await row.ReadAsync())
        {
            version = row.GetInt64(0);
            if (row.IsDBNull(1))
                continue;
            var caller = new Caller(row.GetString(1), row.GetString(2), CallerKind.Key, (Permissions)row.GetInt32(5)) { Pattern = row.IsDBNull(6) ? null : row.GetString(6) };
            keys[caller.Id] = new Entry(caller, row.GetFieldValue<byte[]>(3), row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4),
                Ends(row, 7, loadedAt, long.MaxValue), Ends(row, 8, loadedAt, long.MinValue));
        }

        var loaded = new Ring(version, keys.ToFrozenDictionary(StringComparer.Ordinal));
        Volatile.Write(ref ring, loaded);
        // Those of keys that are gone; the others are made again.
        streamTokens.Clear();
        return loaded;
    }, CancellationToken.None);

    private long Ends(NpgsqlDataReader row, int column, long from, long none) =>
        row.IsDBNull(column) ? none : from + (long)(Math.Min(row.GetDouble(column), 1e9) * time.TimestampFrequency);
}

/// <summary>Where a key was used: the network address and what <c>User-Agent</c> says.</summary>
public readonly record struct KeyOrigin(string? Address, string? Client);

/// <summary>A use that is not written yet.</summary>
internal sealed record TakenKeyUse(string Id, double SecondsAgo, KeyOrigin From, double? OldSecondsAgo, KeyUse Use);

/// <summary>When by this machine's clock, from where, and when the replaced secret was used last.</summary>
internal sealed record KeyUse(long At, KeyOrigin From, long? OldAt);
