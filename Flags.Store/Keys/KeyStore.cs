using System.Text.Json;
using Flags.Core;
using Microsoft.EntityFrameworkCore;

namespace Flags.Store;

/// <summary>What became of a change of keys.</summary>
public abstract record KeyResult;

/// <summary>Done; <paramref name="Secret"/> is there only when a new secret was made, and shown only now.</summary>
public sealed record KeyDone(KeyInfo Info, string? Secret) : KeyResult;

/// <summary>Nothing was changed.</summary>
public sealed record KeyRefused(Problem Problem) : KeyResult;

/// <summary>Mints, renames, rotates and revokes keys. All of it needs <c>admin</c>.</summary>
public sealed class KeyStore(IDbContextFactory<FlagsDb> contexts, Database database)
{
    public Task<KeyList> ListAsync(CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using FlagsDb db = await contexts.CreateDbContextAsync(cancellation);
        db.Database.SetDbConnection(connection);
        KeyRow[] rows = await db.KeyRows.AsNoTracking().OrderByDescending(k => k.CreatedAt).ThenBy(k => k.Id).ToArrayAsync(cancellation);
        return new KeyList([.. rows.Select(Info)]);
    }, cancellation);

    /// <summary>One key; null when there is none of that id.</summary>
    public Task<KeyInfo?> FindAsync(string id, CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using FlagsDb db = await contexts.CreateDbContextAsync(cancellation);
        db.Database.SetDbConnection(connection);
        KeyRow? row = await db.KeyRows.AsNoTracking().SingleOrDefaultAsync(k => k.Id == id, cancellation);
        return row is null ? null : Info(row);
    }, cancellation);

    public Task<KeyResult> MintAsync(Caller caller, MintKey body, string? reason, CancellationToken cancellation)
    {
        if (Refusal(caller, reason) is { } refusal)
            return Refuse(refusal);
        if (KeyRules.Check(caller, body, out Permissions permissions) is { } problem)
            return Refuse(problem);
        return AuthWrite.RunAsync<KeyResult>(contexts, database, async db =>
        {
            DateTime now = await NowAsync(db, cancellation);
            DateTime? end = await db.KeyRows.Where(k => k.Id == caller.Id).Select(k => k.ExpiresAt).SingleOrDefaultAsync(cancellation);
            DateTime? asked = body.ExpiresIn is { } life ? now + life.Value : end;
            if (asked > end)
                return new KeyRefused(KeyRules.Longer(end.Value));
            string id = KeySecret.NewId(), key = KeySecret.New(id);
            var row = new KeyRow
            {
                Id = id,
                Name = body.Name.Trim(),
                Hash = KeySecret.Hash(key),
                Permissions = (int)permissions,
                Pattern = body.Pattern ?? caller.Pattern,
                CreatedAt = now,
                CreatedBy = caller.Name,
                ExpiresAt = asked,
            };
            db.KeyRows.Add(row);
            db.AuditRows.Add(AuthWrite.Audit(caller, "key.mint", row.Name, Json(Info(row)), reason));
            return new KeyDone(Info(row), key);
        }, cancellation);
    }

    public Task<KeyResult> RenameAsync(Caller caller, string id, KeyPatch patch, string? reason, CancellationToken cancellation) =>
        KeyRules.CheckName(patch.Name) is { } error
            ? Refuse(Problems.Invalid("Choose another name.", error))
            : ChangeAsync(caller, id, new Change("key.rename", reason, (row, _) =>
            {
                row.Name = patch.Name.Trim();
                return null;
            }), cancellation);

    /// <summary>A new secret; the old one works on for a while.</summary>
    public Task<KeyResult> RotateAsync(Caller caller, string id, Rotation rotation, CancellationToken cancellation) =>
        rotation.KeepOld > Rotation.LongestKeep
            ? Refuse(Problems.Invalid("Choose a shorter time, or mint a second key.", new FieldError("keepOldFor", "must be at most 30 days")))
            : ChangeAsync(caller, id, new Change("key.rotate", rotation.Reason, (row, now) =>
            {
                string key = KeySecret.New(row.Id);
                (row.OldHash, row.OldUntil, row.OldUsedAt, row.Hash) = (row.Hash, now + (rotation.KeepOld ?? Rotation.DefaultKeep), null, KeySecret.Hash(key));
                return key;
            })
            { Refusal = row => rotation.IsStale(row.OldUntil) ? KeyRules.RotatedMeanwhile(row.Name) : null }, cancellation);

    public Task<KeyResult> RevokeAsync(Caller caller, string id, string? reason, CancellationToken cancellation) =>
        ChangeAsync(caller, id, new Change("key.revoke", reason, (row, now) =>
        {
            row.RevokedAt = now;
            return null;
        }), cancellation);

    /// <summary>What is done to a key's row; a new secret comes back, if one was made.</summary>
    private sealed record Change(string What, string? Reason, Func<KeyRow, DateTime, string?> Apply)
    {
        public Func<KeyRow, Problem?> Refusal { get; init; } = _ => null;
    }

    private Task<KeyResult> ChangeAsync(Caller caller, string id, Change change, CancellationToken cancellation)
    {
        if (Refusal(caller, change.Reason) is { } refusal)
            return Refuse(refusal);
        return AuthWrite.RunAsync<KeyResult>(contexts, database, async db =>
        {
            DateTime now = await NowAsync(db, cancellation);
            KeyRow? row = await db.KeyRows.FromSql($"select * from auth.keys where id = {id} for update").SingleOrDefaultAsync(cancellation);
            if (row is null)
                return new KeyRefused(Problems.NoSuch($"key \"{id}\"", "List the keys with GET /api/v1/keys; the id is the eight characters after flg_."));
            if (row.RevokedAt is not null)
                return new KeyRefused(Problems.Of("revoked", 409, "The key is revoked", $"The key \"{row.Name}\" was revoked and stays so.", "Mint a new key."));
            if (!KeyRules.Covers(caller, (Permissions)row.Permissions, row.Pattern))
                return new KeyRefused(KeyRules.Wider(caller));
            if (change.Refusal(row) is { } own)
                return new KeyRefused(own);
            string? secret = change.Apply(row, now);
            db.AuditRows.Add(AuthWrite.Audit(caller, change.What, row.Name, Json(Info(row)), change.Reason));
            return new KeyDone(Info(row), secret);
        }, cancellation);
    }

    private static Problem? Refusal(Caller caller, string? reason) => caller.May(Permissions.Admin) ? FeatureStore.CheckReason(reason) : Problems.Forbidden(caller, Permissions.Admin);

    private static async Task<DateTime> NowAsync(FlagsDb db, CancellationToken cancellation) =>
        await db.Database.SqlQuery<DateTime>($"select clock_timestamp() as \"Value\"").SingleAsync(cancellation);

    private static Task<KeyResult> Refuse(Problem problem) => Task.FromResult<KeyResult>(new KeyRefused(problem));

    private static string Json(KeyInfo info) => JsonSerializer.Serialize(info, FlagsJson.Relaxed.KeyInfo);

    private static KeyInfo Info(KeyRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Permissions = PermissionNames.Of((Permissions)row.Permissions),
        Pattern = row.Pattern,
        CreatedAt = row.CreatedAt,
        CreatedBy = row.CreatedBy,
        ExpiresAt = row.ExpiresAt,
        LastUsedAt = row.LastUsedAt,
        LastUsedAddress = row.LastUsedAddress,
        LastUsedClient = row.LastUsedClient,
        OldSecretUntil = row.OldUntil,
        OldSecretUsedAt = row.OldUsedAt,
        RevokedAt = row.RevokedAt,
    };
}
