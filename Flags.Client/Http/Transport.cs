using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Flags.Core;

namespace Flags.Client;

/// <summary>One request and its answer; everything that can go wrong becomes one of two exceptions.</summary>
internal sealed class Transport
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    // Otherwise %2E%2E is read as .. and taken out of the path before anything is sent. All paths come from Route, which escapes the rest.
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private static readonly HttpRequestOptionsKey<TimeSpan> Wait = new("Flags.Wait");

    private readonly HttpClient http;
    private readonly TimeSpan timeout;
    private readonly string address;

    /// <param name="http">Has the address.</param>
    /// <param name="timeout">How long an answer may take, beyond what the server was asked to wait; null leaves that to <see cref="HttpClient.Timeout"/>.</param>
    public Transport(HttpClient http, TimeSpan? timeout = null)
    {
        this.timeout = timeout ?? Timeout.InfiniteTimeSpan;
        Uri server = http.BaseAddress ?? throw new ArgumentException("Set HttpClient.BaseAddress to the address of the Flags server.", nameof(http));
        (this.http, address) = (http, server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/'));
    }

    public HttpRequestMessage Request(HttpMethod method, string pathAndQuery, WriteOptions? options = null)
    {
        var request = new HttpRequestMessage(method, new Uri(address + pathAndQuery, AsWritten));
        options?.WriteTo(request.Headers);
        return request;
    }

    public HttpRequestMessage Request<T>(HttpMethod method, string pathAndQuery, T body, JsonTypeInfo<T> type, WriteOptions? options = null)
    {
        HttpRequestMessage request = Request(method, pathAndQuery, options);
        // Bytes, so that it can be sent a second time with a rotated key.
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type)) { Headers = { ContentType = Json } };
        return request;
    }

    /// <summary>A request that the server answers late on purpose.</summary>
    public static HttpRequestMessage Waiting(HttpRequestMessage request, Duration? wait)
    {
        if (wait is { } asked)
            request.Options.Set(Wait, asked.Value);
        return request;
    }

    /// <summary>Sends, and reads an answer that must be JSON.</summary>
    public async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        await RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, type, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends, and expects an answer without a body.</summary>
    public async Task SendOnlyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        await RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends and buffers; the caller looks at the status.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);

    /// <summary>Sends and waits for the status only; the caller reads the body.</summary>
    public Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption until, CancellationToken cancellationToken)
    {
        TimeSpan limit = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout + (request.Options.TryGetValue(Wait, out TimeSpan asked) ? asked : TimeSpan.Zero);
        using (request)
        using (var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            late.CancelAfter(limit);
            try
            {
                return await http.SendAsync(request, until, late.Token).ConfigureAwait(false);
            }
            catch (HttpRequestException failure)
            {
                throw new FlagsUnavailableException($"Flags at {address} cannot be reached ({failure.HttpRequestError}). Is FLAGS_URL right and the server running?", failure);
            }
            catch (TaskCanceledException slow) when (!cancellationToken.IsCancellationRequested)
            {
                TimeSpan passed = limit == Timeout.InfiniteTimeSpan ? http.Timeout : limit;
                throw new FlagsUnavailableException($"Flags at {address} did not answer within {passed.TotalSeconds} s (FLAGS_TIMEOUT).", slow);
            }
        }
    }

    public async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            // The reader looks into no string that it skips, so that broken bytes could hide what is between two of them.
            return Utf8.IsValid(body) ? JsonSerializer.Deserialize(body, type) ?? throw NotFlags(response) : throw NotFlags(response);
        }
        catch (JsonException wrong)
        {
            throw NotFlags(response, wrong);
        }
    }

    public async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            throw await FailureAsync(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A refusal is below 500 and a problem; all else is an outage.</summary>
    public async Task<Exception> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        bool explained = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        if (!explained)
            return NotFlags(response);
        Problem problem = await ReadAsync(response, FlagsJson.Relaxed.Problem, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode < HttpStatusCode.InternalServerError)
            return new FlagsProblemException(problem with { RetryAfterSeconds = problem.RetryAfterSeconds ?? (int?)RetryAfter(response)?.TotalSeconds });
        return new FlagsUnavailableException($"Flags at {address} is not available ({problem.Status}): {problem.Detail}")
        {
            Status = problem.Status,
            RetryAfter = RetryAfter(response),
        };
    }

    public FlagsUnavailableException NotFlags(HttpResponseMessage response, Exception? inner = null)
    {
        int status = (int)response.StatusCode;
        string hint = response.Headers.Location is { } elsewhere && status is >= 300 and < 400
            ? $" and points to {elsewhere}; redirects are not followed, since the key would go there too"
            : ", which is no answer of Flags; is FLAGS_URL right, or a proxy in between?";
        return new FlagsUnavailableException($"{address} answered {status} {response.Content.Headers.ContentType?.MediaType ?? "without a body"}{hint}", inner)
        {
            Status = status,
            RetryAfter = RetryAfter(response),
        };
    }

    /// <summary>A date is compared with the answer's own: the clock here may be wrong.</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } told ? null : told.Delta ?? (told.Date - response.Headers.Date);
}
