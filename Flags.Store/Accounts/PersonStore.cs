using System.Text.Json;
using Flags.Core;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Flags.Store;

/// <summary>What people change about their own sign-in. Each change and its audit row are one transaction.</summary>
public sealed class PersonStore(IDbContextFactory<FlagsDb> contexts, Database database, IPasswordHasher<Person> hasher)
{
    /// <summary>Passkeys of one person, and characters of a passkey's name.</summary>
    public const int MostPasskeys = 20, LongestPasskeyName = 60;

    /// <summary>Adds a passkey that was just made for this person.</summary>
    public Task<PersonResult> AddPasskeyAsync(Caller caller, UserPasskeyInfo passkey, CancellationToken cancellation) =>
        ChangeAsync(caller, "person.passkey.add", passkey.Name ?? "", async (db, person) =>
        {
            if (await db.UserPasskeys.CountAsync(p => p.UserId == person.Id, cancellation) >= MostPasskeys)
                return Problems.Invalid("Remove one that is not used any more.", new FieldError("passkey", $"is one more than the {MostPasskeys} that a person may have"));
            db.UserPasskeys.Add(PasskeyRows.Of(person.Id, passkey));
            return null;
        }, cancellation);

    /// <summary>Removes a passkey. The last one stays while there is no passphrase: nobody could sign in any more.</summary>
    public Task<PersonResult> RemovePasskeyAsync(Caller caller, byte[] credential, CancellationToken cancellation) =>
        ChangeAsync(caller, "person.passkey.remove", "", async (db, person) =>
        {
            IdentityUserPasskey<Guid>[] passkeys = await db.UserPasskeys.Where(p => p.UserId == person.Id).ToArrayAsync(cancellation);
            if (passkeys.FirstOrDefault(p => p.CredentialId.AsSpan().SequenceEqual(credential)) is not { } passkey)
                return Problems.NoSuch("such passkey", "It may have been removed already; look at the list again.");
            if (passkeys.Length == 1 && person.PasswordHash is null)
                return Problems.Invalid("Add another passkey or set a passphrase first.", new FieldError("passkey", "is the only way you can sign in"));
            db.UserPasskeys.Remove(passkey);
            return null;
        }, cancellation);

    /// <summary>Sets a new passphrase. Every other session ends, because the stamp in its cookie is another one then.</summary>
    public Task<PersonResult> ChangePassphraseAsync(Caller caller, string current, string passphrase, CancellationToken cancellation) =>
        ChangeAsync(caller, "person.passphrase", "", (_, person) =>
        {
            FieldError[] errors = [.. PersonRules.Passphrase(passphrase)];
            if (person.PasswordHash is { } hash && (current.Length > SetupStore.LongestPassphrase || hasher.VerifyHashedPassword(person, hash, current) == PasswordVerificationResult.Failed))
                errors = [new FieldError("current", "is not your passphrase")];
            if (errors.Length > 0)
                return Task.FromResult<Problem?>(Problems.Invalid("Correct the fields and send it again.", errors));
            person.PasswordHash = hasher.HashPassword(person, passphrase);
            person.SecurityStamp = Guid.NewGuid().ToString("N");
            return Task.FromResult<Problem?>(null);
        }, cancellation);

    /// <summary>Ends every session of this person, also the one that asks.</summary>
    public Task<PersonResult> SignOutEverywhereAsync(Caller caller, CancellationToken cancellation) =>
        ChangeAsync(caller, "person.sign-out-everywhere", "", (_, person) =>
        {
            person.SecurityStamp = Guid.NewGuid().ToString("N");
            return Task.FromResult<Problem?>(null);
        }, cancellation);

    private Task<PersonResult> ChangeAsync(Caller caller, string what, string detail, Func<FlagsDb, Person, Task<Problem?>> change, CancellationToken cancellation) =>
        AuthWrite.RunAsync<PersonResult>(contexts, database, async db =>
        {
            if (!Guid.TryParse(caller.Id, out Guid id) || await db.Users.FindAsync([id], cancellation) is not { } person)
                return new PersonRefused(Problems.NoSuch("such person", "Sign in again."));
            if (await change(db, person) is { } problem)
                return new PersonRefused(problem);
            person.ConcurrencyStamp = Guid.NewGuid().ToString();
            db.AuditRows.Add(AuthWrite.Audit(caller, what, person.Name, detail.Length == 0 ? "{}" : JsonSerializer.Serialize(new Dictionary<string, string> { ["passkey"] = detail })));
            return new PersonDone(person);
        }, cancellation);
}
