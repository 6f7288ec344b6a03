using Flags.Core;

namespace Flags.Client;

public sealed partial class FlagsApi
{
    /// <inheritdoc/>
    public Task<GrantedClaim> ClaimAsync(string key, TakeClaim claim, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Put, Route.Claim(key), claim, Json.TakeClaim), Json.GrantedClaim, cancellationToken);

    /// <inheritdoc/>
    public Task<ClaimInfo> GetClaimAsync(string key, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Get, Route.Claim(key)), Json.ClaimInfo, cancellationToken);

    /// <inheritdoc/>
    public Task<EndedClaim> CompleteClaimAsync(string key, CompleteClaim complete, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Claim(key, "/complete"), complete, Json.CompleteClaim), Json.EndedClaim, cancellationToken);

    /// <inheritdoc/>
    public Task<RenewedClaim> RenewClaimAsync(string key, RenewClaim renew, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Claim(key, "/renew"), renew, Json.RenewClaim), Json.RenewedClaim, cancellationToken);

    /// <inheritdoc/>
    public Task<EndedClaim> AbandonClaimAsync(string key, AbandonClaim abandon, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Claim(key, "/abandon"), abandon, Json.AbandonClaim), Json.EndedClaim, cancellationToken);
}
