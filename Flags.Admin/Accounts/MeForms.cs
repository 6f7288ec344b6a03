using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>What the forms of <c>/admin/me</c> do.</summary>
internal sealed class MeForms(PersonStore people, Passkeys passkeys, SignIn signIn, FailedSignIns failures)
{
    /// <summary>Runs a form; the problem when it was refused, otherwise null.</summary>
    public async Task<Problem?> RunAsync(ActionForm form, Visit visit, CancellationToken cancellation)
    {
        PersonResult result = form["do"] switch
        {
            "add-passkey" => await AddAsync(form, visit, cancellation),
            "remove-passkey" => await people.RemovePasskeyAsync(visit.Caller, Bytes(form["id"]), cancellation),
            "passphrase" => await PassphraseAsync(form, visit, cancellation),
            "sign-out-everywhere" => await people.SignOutEverywhereAsync(visit.Caller, cancellation),
            _ => new PersonRefused(Problems.NoSuch("such form", "Reload the page.")),
        };
        return (result as PersonRefused)?.Problem;
    }

    /// <summary>Colours, zone and keys of this browser.</summary>
    public static void Prefer(ActionForm form, HttpContext context)
    {
        PageCookies.Set(context, Themes.Cookie, Themes.All.Contains(form["theme"]) ? form["theme"] : Themes.Auto);
        PageCookies.Set(context, PageCookies.Keys, form.Has("keys") ? "on" : PageCookies.Off);
        if (form["zone"] == Zones.Utc)
            PageCookies.Set(context, Zones.Cookie, Zones.Utc);
        else
            context.Response.Cookies.Delete(Zones.Cookie);
    }

    private async Task<PersonResult> AddAsync(ActionForm form, Visit visit, CancellationToken cancellation) =>
        await passkeys.MadeAsync(form["credential"], form["passkey-name"]) is { } made && made.Person.ToString() == visit.Caller.Id
            ? await people.AddPasskeyAsync(visit.Caller, made.Info, cancellation)
            : new PersonRefused(Problems.Invalid("Add it again.", new FieldError("passkey", "was not made for this page, or it took too long")));

    private async Task<PersonResult> PassphraseAsync(ActionForm form, Visit visit, CancellationToken cancellation)
    {
        // Whoever finds an open page must not be able to try passphrases.
        if (!failures.MayTry(visit.Caller.Id, visit.Caller.Address))
            return new PersonRefused(Problems.Invalid("Wait a minute and try again.", new FieldError("current", "was wrong five times")));
        PersonResult result = await people.ChangePassphraseAsync(visit.Caller, form["current"], form["passphrase"], cancellation);
        if (result is PersonDone done)
            await signIn.EnterAsync(done.Person);
        else
            failures.Count(visit.Caller.Id, visit.Caller.Address);
        return result;
    }

    private static byte[] Bytes(string hex) => hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : [];
}
