using Flags.Store;
using Microsoft.AspNetCore.Identity;

namespace Flags.Admin;

/// <summary>Signs in by e-mail and passphrase. Every failure takes the same time and says the same, so nobody learns which people exist.</summary>
internal sealed class SignIn(SignInManager<Person> signIn, UserManager<Person> people, IPasswordHasher<Person> hasher, FailedSignIns failures, TimeProvider time)
{
    /// <summary>Longer than hash and queries take, so that the answer's time tells nothing of what was found.</summary>
    private static readonly TimeSpan FailureTakes = TimeSpan.FromMilliseconds(600);

    private static readonly Person Nobody = new();

    public async Task<bool> TryAsync(string email, string passphrase, string? address, CancellationToken cancellation)
    {
        long started = time.GetTimestamp();
        if (failures.MayTry(email, address) && await CheckAsync(email, passphrase))
            return true;
        failures.Count(email, address);
        TimeSpan rest = FailureTakes - time.GetElapsedTime(started);
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, time, cancellation);
        return false;
    }

    public Task EnterAsync(Person person) => signIn.SignInAsync(person, isPersistent: false);

    public Task LeaveAsync() => signIn.SignOutAsync();

    private async Task<bool> CheckAsync(string email, string passphrase)
    {
        if (passphrase.Length > SetupStore.LongestPassphrase)
            return false;
        if (await people.FindByEmailAsync(email.Trim()) is { } person)
            return (await signIn.PasswordSignInAsync(person, passphrase, isPersistent: false, lockoutOnFailure: true)).Succeeded;
        hasher.HashPassword(Nobody, passphrase);
        return false;
    }
}
