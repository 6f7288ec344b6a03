using System.Security.Cryptography;
using System.Text;
using Flags.Core;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Flags.Store;

/// <summary>What became of an attempt to set up or change a person.</summary>
public abstract record PersonResult;

/// <summary>Done.</summary>
public sealed record PersonDone(Person Person) : PersonResult;

/// <summary>Nothing was changed.</summary>
public sealed record PersonRefused(Problem Problem) : PersonResult;

/// <summary>The first admin: let in by a one-time code that only the server's own output shows.</summary>
public sealed class SetupStore(IDbContextFactory<FlagsDb> contexts, Database database, IPasswordHasher<Person> hasher, ILookupNormalizer normalizer)
{
    /// <summary>Any number nobody else locks: set-ups wait for each other.</summary>
    private const string TakeLock = "select pg_advisory_xact_lock(1179402568, 1)";

    private const string IsNeeded = "select not exists (select from auth.user_roles l join auth.roles r on r.id = l.role_id where r.normalized_name = 'ADMIN') as needed";

    private const string Insert = $"insert into auth.setup_codes (hash, expires_at) select $1, clock_timestamp() + make_interval(hours => $2) from ({IsNeeded}) n where needed";

    private const int CodeLength = 24, CodeHours = 24;

    public const int ShortestPassphrase = 12, LongestPassphrase = 256, LongestName = 100, LongestEmail = 254;

    /// <summary>Whether no admin exists yet.</summary>
    public Task<bool> IsNeededAsync(CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using var command = new NpgsqlCommand(IsNeeded, connection);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }, cancellation);

    /// <summary>A new code, good for 24 h on every replica; null when an admin exists. By bare SQL: every start asks, and EF's model would cost it a quarter of a second.</summary>
    public Task<string?> NewCodeAsync(CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        string code = RandomNumberGenerator.GetString("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", CodeLength);
        await using NpgsqlCommand command = Sql.Command(connection, Insert, Sql.Of(Hash(code)), Sql.Of(CodeHours));
        return await command.ExecuteNonQueryAsync(cancellation) == 1 ? code : null;
    }, cancellation);

    /// <summary>Creates the first admin; every code dies in the same transaction.</summary>
    public Task<PersonResult> CreateAdminAsync(NewAdmin admin, string? address, CancellationToken cancellation)
    {
        FieldError[] errors = [.. PersonRules.Check(admin.Name, admin.Email), .. admin.Passkey is null || admin.Passphrase.Length > 0 ? PersonRules.Passphrase(admin.Passphrase) : []];
        if (errors.Length > 0)
            return Task.FromResult<PersonResult>(new PersonRefused(Problems.Invalid("Correct the fields and send it again.", errors)));
        return AuthWrite.RunAsync<PersonResult>(contexts, database, async db =>
        {
            // Hashing a passphrase takes its time: not while others wait for the lock, and only for who has a code.
            if (await RefusalAsync(db, admin, cancellation) is { } refused)
                return refused;
            Person person = NewPerson(admin);
            await db.Database.ExecuteSqlRawAsync(TakeLock, cancellation);
            if (await RefusalAsync(db, admin, cancellation) is { } late)
                return late;
            Role role = await db.Roles.SingleAsync(r => r.NormalizedName == "ADMIN", cancellation);
            db.Users.Add(person);
            db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = person.Id, RoleId = role.Id });
            if (admin.Passkey is { } passkey)
                db.UserPasskeys.Add(PasskeyRows.Of(person.Id, passkey.Info));
            db.SetupCodes.RemoveRange(await db.SetupCodes.ToArrayAsync(cancellation));
            var caller = new Caller(person.Id.ToString(), person.Name, CallerKind.Person, Permissions.Admin) { Address = address };
            db.AuditRows.Add(AuthWrite.Audit(caller, "person.create", person.Name, """{"role":"admin","by":"set-up link"}"""));
            return new PersonDone(person);
        }, cancellation);
    }

    /// <summary>Null for who has a good code while there is no admin.</summary>
    private static async Task<PersonRefused?> RefusalAsync(FlagsDb db, NewAdmin admin, CancellationToken cancellation)
    {
        int live = await db.Database.SqlQuery<int>($"select count(*)::int as \"Value\" from auth.setup_codes where hash = {Hash(admin.Code.Trim())} and expires_at > clock_timestamp()").SingleAsync(cancellation);
        // After the codes, which die with the first admin: a code that died between the two questions is not called unknown.
        if (!await db.Database.SqlQueryRaw<bool>(IsNeeded.Replace("as needed", "as \"Value\"")).SingleAsync(cancellation))
            return new PersonRefused(Problems.Of("set-up-done", 409, "Already set up", "An admin exists already.", "Sign in, or ask an admin for an invitation."));
        return live > 0 ? null
            : new PersonRefused(Problems.Invalid("Restart the server to get a new link; it is printed once at every start.", new FieldError("code", "is unknown, used or older than 24 hours")));
    }

    private Person NewPerson(NewAdmin admin)
    {
        string email = admin.Email.Trim();
        var person = new Person
        {
            Id = admin.Passkey?.Person ?? Guid.CreateVersion7(),
            Name = admin.Name.Trim(),
            UserName = email,
            NormalizedUserName = normalizer.NormalizeName(email),
            Email = email,
            NormalizedEmail = normalizer.NormalizeEmail(email),
            SecurityStamp = Guid.NewGuid().ToString("N"),
            LockoutEnabled = true,
        };
        person.PasswordHash = admin.Passphrase.Length > 0 ? hasher.HashPassword(person, admin.Passphrase) : null;
        return person;
    }

    private static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
