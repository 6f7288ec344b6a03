using System.Net;
using Flags.Core;

namespace Flags.Client;

/// <summary>Gets snapshots and streams from the server, and lets nothing through that is neither.</summary>
internal sealed class SnapshotSource(HttpClient http, FlagsOptions options)
{
    private readonly Transport transport = new(http);

    /// <summary>The snapshot, unless it still is the one of this tag.</summary>
    /// <returns>Also whether the server itself could not ask its database.</returns>
    /// <exception cref="FlagsUnavailableException">No usable answer within <see cref="FlagsOptions.Timeout"/>.</exception>
    /// <exception cref="FlagsProblemException">The server refused.</exception>
    public Task<(SnapshotAnswer Answer, bool Stale)> FetchAsync(string? ifNoneMatch, CancellationToken cancellationToken) =>
        InTimeAsync(ends => ReadAsync(ifNoneMatch, ends), cancellationToken);

    /// <summary>The changes since a position; null begins with the newest.</summary>
    /// <inheritdoc cref="FetchAsync"/>
    public Task<EventStream> OpenAsync(Position? since, CancellationToken cancellationToken) =>
        InTimeAsync(ends => ConnectAsync(since, ends), cancellationToken);

    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.Timeout, options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await call(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException slow) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new FlagsUnavailableException($"The server's answer was not complete within {options.Timeout.TotalSeconds} s (FLAGS_TIMEOUT).", slow);
        }
        catch (IOException broken)
        {
            throw new FlagsUnavailableException("The connection broke in the middle of the server's answer.", broken);
        }
    }

    private async Task<EventStream> ConnectAsync(Position? since, CancellationToken cancellationToken)
    {
        HttpRequestMessage request = transport.Request(HttpMethod.Get, Route.Of("/stream"));
        request.Headers.Accept.Add(new("text/event-stream"));
        if (since is { } position)
            request.Headers.Add("Last-Event-ID", position.ToString());
        HttpResponseMessage response = await transport.OpenAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            await RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
            if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
                throw transport.NotFlags(response);
            Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return new EventStream(response, body, options.TimeProvider);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        await CappedBody.BufferAsync(response, options.MaxSnapshotBytes, cancellationToken).ConfigureAwait(false);
        throw await transport.FailureAsync(response, cancellationToken).ConfigureAwait(false);
    }

    private async Task<(SnapshotAnswer, bool)> ReadAsync(string? ifNoneMatch, CancellationToken cancellationToken)
    {
        HttpRequestMessage request = transport.Request(HttpMethod.Get, Route.Of("/snapshot"));
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        using HttpResponseMessage response = await transport.OpenAsync(request, cancellationToken).ConfigureAwait(false);
        bool stale = response.Headers.Contains("Flags-Stale");
        if (response.StatusCode == HttpStatusCode.NotModified && ifNoneMatch is not null)
            return (new SnapshotAnswer(ifNoneMatch, null), stale);
        await RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        await CappedBody.BufferAsync(response, options.MaxSnapshotBytes, cancellationToken).ConfigureAwait(false);
        SnapshotBody body = await transport.ReadAsync(response, FlagsJson.Relaxed.SnapshotBody, cancellationToken).ConfigureAwait(false);
        if (Poison.In(body) is { } problem)
            throw new FlagsUnavailableException($"The server's snapshot cannot be used: {problem}.") { Status = (int)response.StatusCode };
        return (new SnapshotAnswer(response.Headers.ETag?.ToString() ?? "", body), stale);
    }
}
