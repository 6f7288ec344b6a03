using Flags.Core;

namespace Flags.Client;

public partial interface IFlagsApi
{
    /// <summary>Claims a key, to be the only one who does what it stands for. Needs <c>claim</c>; 409 <c>claimed</c> or <c>claim-done</c> (with <see cref="Problem.Result"/>) for everybody else, 422 <c>key-too-long</c>, 423 after a restore.</summary>
    /// <param name="key">1 to 255 bytes in UTF-8.</param>
    /// <param name="claim">Which attempt, for how long, in which mode.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Put("/api/v1/claims/{key}")]
    Task<GrantedClaim> ClaimAsync(string key, [Body] TakeClaim claim, CancellationToken cancellationToken = default);

    /// <summary>What became of a key. Needs <c>claim</c>; 404 <c>unknown-claim</c> when nobody has claimed it.</summary>
    /// <param name="key">1 to 255 bytes in UTF-8.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/claims/{key}")]
    Task<ClaimInfo> GetClaimAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Records that it is done; repeating it does nothing. Needs <c>claim</c>; 409 <c>stale-token</c> when another attempt has it, 410 when it was abandoned, 404 when it is unknown, 413 for a result over 64 KiB.</summary>
    /// <param name="key">1 to 255 bytes in UTF-8.</param>
    /// <param name="complete">The claim's token, and a result.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/claims/{key}/complete")]
    Task<EndedClaim> CompleteClaimAsync(string key, [Body] CompleteClaim complete, CancellationToken cancellationToken = default);

    /// <summary>Renews a claim. Needs <c>claim</c>; 409 <c>stale-token</c> or <c>claim-done</c>, 410 when it has expired: stop the work.</summary>
    /// <param name="key">1 to 255 bytes in UTF-8.</param>
    /// <param name="renew">The claim's token, and optionally another TTL.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/claims/{key}/renew")]
    Task<RenewedClaim> RenewClaimAsync(string key, [Body] RenewClaim renew, CancellationToken cancellationToken = default);

    /// <summary>Gives a claim back: anybody can have it at once; repeating it does nothing. Needs <c>claim</c>; 409 <c>stale-token</c> or <c>claim-done</c>.</summary>
    /// <param name="key">1 to 255 bytes in UTF-8.</param>
    /// <param name="abandon">The claim's token.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/claims/{key}/abandon")]
    Task<EndedClaim> AbandonClaimAsync(string key, [Body] AbandonClaim abandon, CancellationToken cancellationToken = default);
}
