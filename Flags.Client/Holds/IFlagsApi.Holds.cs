using Flags.Core;

namespace Flags.Client;

/// <remarks>
/// A method with <c>wait</c> asks the server to answer late, up to 55 s; <see cref="HttpClient.Timeout"/> must be longer. What a header answers
/// (<c>ReleaseHoldAsync</c>, <c>LeaveFeatureAsync</c>) Refit keeps to itself: call those on <see cref="FlagsApi"/>.
/// </remarks>
public partial interface IFlagsApi
{
    /// <summary>Holds features: off for everyone until released or expired. The same id gives the same hold. Needs <c>hold</c> for all of them; 409 <c>hold-conflict</c> beside an exclusive hold, 410 when the id has ended, 404 for an unknown feature.</summary>
    /// <param name="id">A new id; repeated only to repeat the same call.</param>
    /// <param name="hold">What, why, how long.</param>
    /// <param name="wait">How long to wait for an exclusive hold to end, up to 55 s; null does not wait.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Put("/api/v1/holds/{id}")]
    Task<PlacedHold> PlaceHoldAsync(Guid id, [Body] PlaceHold hold, [Query] Duration? wait = null, CancellationToken cancellationToken = default);

    /// <summary>Holds features under an id that the server chooses: an unknown outcome cannot be repeated. See <see cref="PlaceHoldAsync"/>.</summary>
    /// <param name="hold">What, why, how long.</param>
    /// <param name="wait">How long to wait for an exclusive hold to end, up to 55 s; null does not wait.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/holds")]
    Task<PlacedHold> CreateHoldAsync([Body] PlaceHold hold, [Query] Duration? wait = null, CancellationToken cancellationToken = default);

    /// <summary>A page of holds, newest first; tokens are only in those the key placed. Needs <c>read</c>.</summary>
    /// <param name="query">What to look for; null means the newest 50.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/holds")]
    Task<HoldList> ListHoldsAsync([Query] HoldQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>One hold, live or ended. Needs <c>read</c>; 404 <c>unknown-hold</c>.</summary>
    /// <param name="id">The hold.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/holds/{id}")]
    Task<HoldInfo> GetHoldAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Renews a hold the key placed. Needs <c>hold</c>; 409 <c>hold-limit</c> at its longest, 409 <c>stale-token</c>, 410 when it has ended, 403 <c>not-your-hold</c>.</summary>
    /// <param name="id">The hold.</param>
    /// <param name="extend">Its token, and its life from now.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/holds/{id}/extend")]
    Task<ExtendedHold> ExtendHoldAsync(Guid id, [Body] ExtendHold extend, CancellationToken cancellationToken = default);

    /// <summary>Nobody is inside, and nobody can enter while the hold lives. Needs <c>hold</c>, the key that placed it; 423 with who is inside, 410 when the hold has ended.</summary>
    /// <param name="id">The hold.</param>
    /// <param name="wait">How long to wait for it, up to 55 s; null does not wait.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/holds/{id}/drained")]
    Task<DrainedHold> GetDrainedAsync(Guid id, [Query] Duration? wait = null, CancellationToken cancellationToken = default);

    /// <summary>Ends a hold the key placed; ending an ended one is no error. Needs <c>hold</c>; 403 <c>not-your-hold</c>.</summary>
    /// <param name="id">The hold.</param>
    /// <param name="options">Reason; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What it was: <c>active</c>, <c>drained</c>, <c>released</c>, <c>expired</c>, <c>forced</c> or <c>unknown</c>.</returns>
    [Delete("/api/v1/holds/{id}")]
    Task<string> ReleaseHoldAsync(Guid id, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Tells the jobs inside to stop: their renewals are refused; they count as inside until they leave or expire. Needs <c>hold</c> and the key that placed it, or <c>admin</c>; 410 when it has ended.</summary>
    /// <param name="id">The hold.</param>
    /// <param name="reason">Why, for the audit.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/holds/{id}/revoke-leases")]
    Task<RevokedLeases> RevokeLeasesAsync(Guid id, [Body] HoldReason reason, CancellationToken cancellationToken = default);

    /// <summary>Ends anybody's hold. Needs <c>admin</c>; 410 when it has ended, 422 without a reason.</summary>
    /// <param name="id">The hold.</param>
    /// <param name="reason">Why, for the audit.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/holds/{id}/force-release")]
    Task ForceReleaseHoldAsync(Guid id, [Body] HoldReason reason, CancellationToken cancellationToken = default);

    /// <summary>Ends the guard after a fail-over or restore, in which nothing counts as drained: leases may have been forgotten. Needs <c>admin</c>; 422 without a reason.</summary>
    /// <param name="reason">Why nothing can be running, for the audit.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/recovery/waive")]
    Task<WaivedRecovery> WaiveRecoveryAsync([Body] HoldReason reason, CancellationToken cancellationToken = default);
}
