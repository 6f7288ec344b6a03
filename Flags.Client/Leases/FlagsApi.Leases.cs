using System.Globalization;
using Flags.Core;

namespace Flags.Client;

public sealed partial class FlagsApi
{
    /// <inheritdoc/>
    public Task<EnteredLease> EnterFeatureAsync(string name, Guid id, EnterFeature enter, Duration? wait = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Put, Route.Query(Route.Feature(name, $"/leases/{id}"), ("wait", wait?.ToString())), enter, Json.EnterFeature), Json.EnteredLease, cancellationToken);

    /// <inheritdoc/>
    public Task<EnteredLease> CreateLeaseAsync(string name, EnterFeature enter, Duration? wait = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Query(Route.Feature(name, "/leases"), ("wait", wait?.ToString())), enter, Json.EnterFeature), Json.EnteredLease, cancellationToken);

    /// <inheritdoc/>
    public Task<RenewedLease> RenewLeaseAsync(Guid id, RenewLease renew, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Of($"/leases/{id}/renew"), renew, Json.RenewLease), Json.RenewedLease, cancellationToken);

    /// <inheritdoc/>
    public Task<RenewedLeases> RenewLeasesAsync(RenewLeases renew, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Of("/leases/renew"), renew, Json.RenewLeases), Json.RenewedLeases, cancellationToken);

    /// <inheritdoc/>
    public Task<string> LeaveFeatureAsync(Guid id, long token, CancellationToken cancellationToken = default) =>
        WasAsync(transport.Request(HttpMethod.Delete, Route.Query(Route.Of($"/leases/{id}"), ("token", token.ToString(CultureInfo.InvariantCulture)))), "Flags-Lease-Was", cancellationToken);

    /// <inheritdoc/>
    public Task<LeaseList> ListLeasesAsync(string name, string? until = null, Duration? wait = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Get, Route.Query(Route.Feature(name, "/leases"), ("until", until), ("wait", wait?.ToString()))), Json.LeaseList, cancellationToken);
}
