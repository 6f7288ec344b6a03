using Flags.Store;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin;

/// <summary>Passkeys by ASP.NET Core Identity: what a browser is asked for, and what becomes of its answer. The challenge waits in a cookie of five minutes.</summary>
internal sealed class Passkeys(SignInManager<Person> signIn, SetupStore setUp, IHttpContextAccessor accessor)
{
    public const string SignInKind = "sign-in", AddKind = "add", SetUpKind = "setup";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>A device that is lost or stolen opens nothing by itself, and nobody types an e-mail address.</summary>
    private const string Required = "required";

    /// <summary>What the browser is to ask the authenticator for, as JSON; null when this caller may not ask for that.</summary>
    public async Task<string?> OptionsAsync(ActionForm form, CancellationToken cancellation) => form["passkey"] switch
    {
        SignInKind => await signIn.MakePasskeyRequestOptionsAsync(null),
        AddKind => await signIn.UserManager.GetUserAsync(Http.User) is { } person ? await ForAsync(person.Id, person.Email ?? "", person.Name) : null,
        SetUpKind => await setUp.IsNeededAsync(cancellation) ? await ForAsync(Guid.CreateVersion7(), form["email"].Trim(), form["name"].Trim()) : null,
        _ => null,
    };

    /// <summary>The passkey that a browser made; null when it does not belong to what was asked for, or took too long.</summary>
    public async Task<(Guid Person, UserPasskeyInfo Info)?> MadeAsync(string credential, string name)
    {
        if (!await IsAskedAsync())
            return null;
        PasskeyAttestationResult result = await signIn.PerformPasskeyAttestationAsync(credential);
        if (!result.Succeeded || !Guid.TryParse(result.UserEntity.Id, out Guid person))
            return null;
        result.Passkey.Name = name.Trim() is { Length: > 0 } given ? given[..Math.Min(given.Length, PersonStore.LongestPasskeyName)] : "Passkey";
        return (person, result.Passkey);
    }

    /// <summary>Signs in whoever holds that passkey.</summary>
    public async Task<bool> EnterAsync(string credential) => await IsAskedAsync() && (await signIn.PasskeySignInAsync(credential)).Succeeded;

    /// <summary>The cookie that a challenge waits in, and what a passkey must be.</summary>
    public static void Add(IServiceCollection services, PublicAddress address)
    {
        services.AddAuthentication().AddCookie(IdentityConstants.TwoFactorUserIdScheme, options =>
        {
            options.Cookie.Name = address.IsHttps ? "__Host-flags-passkey" : "flags-passkey";
            options.Cookie.Path = "/";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = address.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            options.ExpireTimeSpan = Patience;
        });
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ServerDomain = address.Url is null ? null : new Uri(address.Url).Host;
            options.AuthenticatorTimeout = Patience;
            options.UserVerificationRequirement = Required;
            options.ResidentKeyRequirement = Required;
            options.ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && context.Origin == Origin(context.HttpContext.Request, address));
        });
        services.AddScoped<Passkeys>();
    }

    private HttpContext Http => accessor.HttpContext ?? throw new InvalidOperationException("A passkey outside a request.");

    private async Task<bool> IsAskedAsync() => (await Http.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme)).Succeeded;

    private Task<string> ForAsync(Guid person, string email, string name) =>
        signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity { Id = person.ToString(), Name = email, DisplayName = name });

    /// <summary>What the browser's address bar shows. The header Origin cannot be compared with: pages without a referrer send <c>null</c>.</summary>
    private static string Origin(HttpRequest request, PublicAddress address) =>
        address.Url is null ? $"{request.Scheme}://{request.Host}" : new Uri(address.Url).GetLeftPart(UriPartial.Authority);
}
