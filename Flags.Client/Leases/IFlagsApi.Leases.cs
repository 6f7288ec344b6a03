using Flags.Core;

namespace Flags.Client;

public partial interface IFlagsApi
{
    /// <summary>Enters: a job may run until the lease expires. The same id gives the same lease. Needs <c>lease</c>; 423 with who holds and until when, 410 when the id's lease is over, 404 for an unknown feature.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="id">A new id; repeated only to repeat the same call.</param>
    /// <param name="enter">Which job, for whom, how long.</param>
    /// <param name="wait">How long to wait for the feature to open, up to 55 s; null does not wait.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Put("/api/v1/features/{name}/leases/{id}")]
    Task<EnteredLease> EnterFeatureAsync(string name, Guid id, [Body] EnterFeature enter, [Query] Duration? wait = null, CancellationToken cancellationToken = default);

    /// <summary>Enters under an id that the server chooses: an unknown outcome cannot be repeated. See <see cref="EnterFeatureAsync"/>.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="enter">Which job, for whom, how long.</param>
    /// <param name="wait">How long to wait for the feature to open, up to 55 s; null does not wait.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/features/{name}/leases")]
    Task<EnteredLease> CreateLeaseAsync(string name, [Body] EnterFeature enter, [Query] Duration? wait = null, CancellationToken cancellationToken = default);

    /// <summary>Renews a lease of the key. Needs <c>lease</c>; 410 when it is over, with the reason: stop the work.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="renew">Its token, and optionally another TTL.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/leases/{id}/renew")]
    Task<RenewedLease> RenewLeaseAsync(Guid id, [Body] RenewLease renew, CancellationToken cancellationToken = default);

    /// <summary>Renews up to 1 000 leases of the key; each has its outcome, in the order asked. Needs <c>lease</c>.</summary>
    /// <param name="renew">The leases, each once.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/leases/renew")]
    Task<RenewedLeases> RenewLeasesAsync([Body] RenewLeases renew, CancellationToken cancellationToken = default);

    /// <summary>Leaves; a lease that is over is no error. Needs <c>lease</c>.</summary>
    /// <param name="id">The lease.</param>
    /// <param name="token">Its token.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What the lease was: <c>live</c>, <c>expired</c> (over, however) or <c>unknown</c>.</returns>
    [Delete("/api/v1/leases/{id}")]
    Task<string> LeaveFeatureAsync(Guid id, [Query] long token, CancellationToken cancellationToken = default);

    /// <summary>Who is inside and who waits. Needs <c>read</c>.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="until"><c>empty</c>: 423 while anybody is inside; null answers whatever there is.</param>
    /// <param name="wait">With <c>empty</c>: how long to wait for it, up to 55 s; null does not wait.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/features/{name}/leases")]
    Task<LeaseList> ListLeasesAsync(string name, [Query] string? until = null, [Query] Duration? wait = null, CancellationToken cancellationToken = default);
}
