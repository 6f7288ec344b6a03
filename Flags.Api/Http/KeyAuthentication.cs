using System.Security.Claims;
using System.Text.Encodings.Web;
using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Flags.Api;

/// <summary>Reads <c>Authorization: Bearer</c> or <c>X-API-Key</c>; never a query string, never a cookie.</summary>
internal sealed class KeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, KeyRing keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "key";

    private const string Bearer = "Bearer ";
    private const int LongestClient = 200;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Presented(Request) is not { } key)
            return AuthenticateResult.NoResult();
        string? address = Context.Connection.RemoteIpAddress?.ToString();
        if (await keys.FindAsync(key, new KeyOrigin(address, Client(Request))) is not { } caller)
            return AuthenticateResult.Fail("The key is unknown, revoked, expired or mistyped.");
        Context.Features.Set(new CallerFeature(caller with { Address = address, RequestId = Context.TraceIdentifier }, key));
        return AuthenticateResult.Success(Tickets.Of(caller));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        bool none = Presented(Request) is null;
        return ProblemResult.Of(Problems.Of("unauthorized", 401, "No valid key",
            none ? "The request has no key." : "The key is unknown, revoked, expired or mistyped.",
            "Send the header Authorization: Bearer flg_…; an admin mints keys on the page API keys or with POST /api/v1/keys.")).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Caller caller = Context.Caller();
        Permissions needed = Context.GetEndpoint()?.Metadata.GetMetadata<NeedsPermission>()?.Permission ?? Permissions.Admin;
        return ProblemResult.Of(Problems.Forbidden(caller, needed)).ExecuteAsync(Context);
    }

    /// <summary>What the program says of itself; other than the address anybody can make it up, so it is only ever shown.</summary>
    internal static string? Client(HttpRequest request)
    {
        string agent = request.Headers.UserAgent.ToString();
        return agent.Length == 0 ? null : agent.Length <= LongestClient ? agent : agent[..LongestClient];
    }

    private static string? Presented(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return authorization[Bearer.Length..].Trim();
        string key = request.Headers["X-API-Key"].ToString();
        return key.Length > 0 ? key : null;
    }
}

/// <summary>Who calls, for the rest of the request; the key text lets open streams ask whether it is still good.</summary>
internal sealed record CallerFeature(Caller Caller, string Key);

/// <summary>Which permission an endpoint asks for; the store asks again.</summary>
internal sealed record NeedsPermission(Permissions Permission);

internal static class Tickets
{
    /// <summary>A principal of nothing but the permissions; who it is travels as <see cref="CallerFeature"/>.</summary>
    public static AuthenticationTicket Of(Caller caller)
    {
        var identity = new ClaimsIdentity(KeyAuthentication.Name);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, caller.Id));
        return new AuthenticationTicket(new ClaimsPrincipal(identity), KeyAuthentication.Name);
    }
}
