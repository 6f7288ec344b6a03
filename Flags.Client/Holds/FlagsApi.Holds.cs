using Flags.Core;

namespace Flags.Client;

public sealed partial class FlagsApi
{
    /// <inheritdoc/>
    public Task<PlacedHold> PlaceHoldAsync(Guid id, PlaceHold hold, Duration? wait = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Put, Waiting($"/holds/{id}", wait), hold, Json.PlaceHold), Json.PlacedHold, cancellationToken);

    /// <inheritdoc/>
    public Task<PlacedHold> CreateHoldAsync(PlaceHold hold, Duration? wait = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Waiting("/holds", wait), hold, Json.PlaceHold), Json.PlacedHold, cancellationToken);

    /// <inheritdoc/>
    public Task<HoldList> ListHoldsAsync(HoldQuery? query = null, CancellationToken cancellationToken = default)
    {
        query ??= new();
        string? active = query.Active is { } only ? only ? "true" : "false" : null;
        string route = Route.Query(Route.Of("/holds"), ("feature", query.Feature), ("active", active), ("limit", Route.Number(query.Limit)), ("cursor", query.Cursor));
        return transport.SendAsync(transport.Request(HttpMethod.Get, route), Json.HoldList, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<HoldInfo> GetHoldAsync(Guid id, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Get, Route.Of($"/holds/{id}")), Json.HoldInfo, cancellationToken);

    /// <inheritdoc/>
    public Task<ExtendedHold> ExtendHoldAsync(Guid id, ExtendHold extend, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Of($"/holds/{id}/extend"), extend, Json.ExtendHold), Json.ExtendedHold, cancellationToken);

    /// <inheritdoc/>
    public Task<DrainedHold> GetDrainedAsync(Guid id, Duration? wait = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Get, Waiting($"/holds/{id}/drained", wait)), Json.DrainedHold, cancellationToken);

    /// <inheritdoc/>
    public Task<string> ReleaseHoldAsync(Guid id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        WasAsync(transport.Request(HttpMethod.Delete, Route.Of($"/holds/{id}"), options), "Flags-Hold-Was", cancellationToken);

    /// <inheritdoc/>
    public Task<RevokedLeases> RevokeLeasesAsync(Guid id, HoldReason reason, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Of($"/holds/{id}/revoke-leases"), reason, Json.HoldReason), Json.RevokedLeases, cancellationToken);

    /// <inheritdoc/>
    public Task ForceReleaseHoldAsync(Guid id, HoldReason reason, CancellationToken cancellationToken = default) =>
        transport.SendOnlyAsync(transport.Request(HttpMethod.Post, Route.Of($"/holds/{id}/force-release"), reason, Json.HoldReason), cancellationToken);

    /// <inheritdoc/>
    public Task<WaivedRecovery> WaiveRecoveryAsync(HoldReason reason, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Of("/recovery/waive"), reason, Json.HoldReason), Json.WaivedRecovery, cancellationToken);

    private static string Waiting(string rest, Duration? wait) => Route.Query(Route.Of(rest), ("wait", wait?.ToString()));

    private async Task<string> WasAsync(HttpRequestMessage request, string header, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        await transport.RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        return response.Headers.TryGetValues(header, out IEnumerable<string>? values) ? values.First() : "unknown";
    }
}
