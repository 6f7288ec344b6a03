using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Client;

/// <summary>The typed client over an <see cref="HttpClient"/> that has the address, the time limit and sends the key; thread-safe.</summary>
/// <param name="http">
/// <see cref="HttpClient.BaseAddress"/> must be set; a path in it is kept. <c>AddFlags</c> and <see cref="FlagsClient.Create"/> make one that
/// re-reads a rotated key and follows no redirects.
/// </param>
/// <exception cref="ArgumentException">There is no base address.</exception>
public sealed partial class FlagsApi(HttpClient http) : IFlagsApi
{
    private readonly Transport transport = new(http);

    private static FlagsJson Json => FlagsJson.Relaxed;

    /// <inheritdoc/>
    public Task<FeatureList> ListFeaturesAsync(FeatureQuery? query = null, CancellationToken cancellationToken = default)
    {
        query ??= new();
        string route = Route.Query(Route.Of("/features"), ("search", query.Search), ("tag", query.Tag), ("state", query.State), ("limit", Route.Number(query.Limit)), ("cursor", query.Cursor));
        return transport.SendAsync(transport.Request(HttpMethod.Get, route), Json.FeatureList, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Feature> CreateFeatureAsync(CreateFeature feature, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Of("/features"), feature, Json.CreateFeature, options), Json.Feature, cancellationToken);

    /// <inheritdoc/>
    public Task<Feature> GetFeatureAsync(string name, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Get, Route.Feature(name)), Json.Feature, cancellationToken);

    /// <inheritdoc/>
    public Task<Feature> PatchFeatureAsync(string name, FeaturePatch patch, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Patch, Route.Feature(name), patch, Json.FeaturePatch, options), Json.Feature, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteFeatureAsync(string name, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendOnlyAsync(transport.Request(HttpMethod.Delete, Route.Feature(name), options), cancellationToken);

    /// <inheritdoc/>
    public Task<Feature> EnableFeatureAsync(string name, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Feature(name, "/enable"), options), Json.Feature, cancellationToken);

    /// <inheritdoc/>
    public Task<Feature> DisableFeatureAsync(string name, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Feature(name, "/disable"), options), Json.Feature, cancellationToken);

    /// <inheritdoc/>
    public Task<Feature> PatchGatesAsync(string name, GatesPatch patch, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Patch, Route.Feature(name, "/gates"), patch, Json.GatesPatch, options), Json.Feature, cancellationToken);

    /// <inheritdoc/>
    public Task<Feature> PutGatesAsync(string name, Gates gates, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Put, Route.Feature(name, "/gates"), gates, Json.Gates, options), Json.Feature, cancellationToken);

    /// <inheritdoc/>
    public Task<HistoryList> GetHistoryAsync(string name, Page? page = null, CancellationToken cancellationToken = default)
    {
        string route = Route.Query(Route.Feature(name, "/history"), ("limit", Route.Number(page?.Limit)), ("cursor", page?.Cursor));
        return transport.SendAsync(transport.Request(HttpMethod.Get, route), Json.HistoryList, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Feature> RevertFeatureAsync(string name, RevertFeature revert, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Feature(name, "/revert"), revert, Json.RevertFeature, options), Json.Feature, cancellationToken);

    /// <inheritdoc/>
    public async Task<CheckAnswer> CheckAsync(string name, IReadOnlyList<string>? actors = null, IReadOnlyList<string>? groups = null, CancellationToken cancellationToken = default)
    {
        (string, string?)[] query = [.. (actors ?? []).Select(id => ("actor", (string?)id)), .. (groups ?? []).Select(group => ("group", (string?)group))];
        HttpRequestMessage request = transport.Request(HttpMethod.Get, Route.Query(Route.Feature(name, "/check"), query));
        using HttpResponseMessage response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NoContent)
            return new CheckAnswer(true, null);
        // Only 204 says on: any other success is an answer of something else.
        return await transport.FailureAsync(response, cancellationToken).ConfigureAwait(false) switch
        {
            FlagsProblemException { Problem: { Status: 423 } or { Type: "urn:flags:problem:not-found" } } off => new CheckAnswer(false, off.Problem),
            Exception failure => throw failure,
        };
    }

    /// <inheritdoc/>
    public Task<EvaluateAnswer> EvaluateAsync(string name, EvaluateFeature actors, bool explain = false, CancellationToken cancellationToken = default)
    {
        string route = Route.Query(Route.Feature(name, "/evaluate"), ("explain", explain ? "true" : null));
        return transport.SendAsync(transport.Request(HttpMethod.Post, route, actors, Json.EvaluateFeature), Json.EvaluateAnswer, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<UsageInfo> GetUsageAsync(string name, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Get, Route.Feature(name, "/usage")), Json.UsageInfo, cancellationToken);

    /// <inheritdoc/>
    public Task ReportUsageAsync(UsageReport report, CancellationToken cancellationToken = default) =>
        transport.SendOnlyAsync(transport.Request(HttpMethod.Post, Route.Of("/usage"), report, Json.UsageReport), cancellationToken);

    /// <inheritdoc/>
    public async Task<SnapshotAnswer> GetSnapshotAsync(string? ifNoneMatch = null, CancellationToken cancellationToken = default)
    {
        HttpRequestMessage request = transport.Request(HttpMethod.Get, Route.Of("/snapshot"));
        if (ifNoneMatch is not null)
            request.Headers.Add("If-None-Match", ifNoneMatch);
        using HttpResponseMessage response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotModified && ifNoneMatch is not null)
            return new SnapshotAnswer(ifNoneMatch, null);
        await transport.RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        SnapshotBody body = await transport.ReadAsync(response, Json.SnapshotBody, cancellationToken).ConfigureAwait(false);
        return new SnapshotAnswer(response.Headers.ETag?.ToString() ?? "", body);
    }

    /// <inheritdoc/>
    public Task<KeyList> ListKeysAsync(CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Get, Route.Of("/keys")), Json.KeyList, cancellationToken);

    /// <inheritdoc/>
    public Task<MintedKey> MintKeyAsync(MintKey key, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Of("/keys"), key, Json.MintKey, options), Json.MintedKey, cancellationToken);

    /// <inheritdoc/>
    public Task<KeyInfo> PatchKeyAsync(string id, KeyPatch patch, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Patch, Route.Key(id), patch, Json.KeyPatch, options), Json.KeyInfo, cancellationToken);

    /// <inheritdoc/>
    public Task<MintedKey> RotateKeyAsync(string id, RotateKey rotate, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Key(id, "/rotate"), rotate, Json.RotateKey, options), Json.MintedKey, cancellationToken);

    /// <inheritdoc/>
    public Task RevokeKeyAsync(string id, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendOnlyAsync(transport.Request(HttpMethod.Delete, Route.Key(id), options), cancellationToken);

    /// <inheritdoc/>
    public Task<AuditList> ListAuditAsync(AuditQuery? query = null, CancellationToken cancellationToken = default)
    {
        query ??= new();
        string route = Route.Query(Route.Of("/audit"), ("who", query.Who), ("what", query.What), ("feature", query.Feature),
            ("from", Route.Time(query.From)), ("to", Route.Time(query.To)), ("limit", Route.Number(query.Limit)), ("cursor", query.Cursor));
        return transport.SendAsync(transport.Request(HttpMethod.Get, route), Json.AuditList, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ExportBody> ExportAsync(CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Get, Route.Of("/export")), Json.ExportBody, cancellationToken);

    /// <inheritdoc/>
    public Task<ImportAnswer> ImportAsync(JsonElement export, ImportQuery? query = null, WriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        query ??= new();
        string route = Route.Query(Route.Of("/import"), ("mode", query.Mode == ImportMode.Replace ? "replace" : "merge"), ("dryRun", query.DryRun ? "true" : null));
        return transport.SendAsync(transport.Request(HttpMethod.Post, route, export, Json.JsonElement, options), Json.ImportAnswer, cancellationToken);
    }
}
