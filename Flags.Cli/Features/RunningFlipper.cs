using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Flags.Cli;

/// <summary>Features of a running Flipper: what <c>GET features</c> of its HTTP API lists, which the server's import takes as it is.</summary>
internal static class RunningFlipper
{
    /// <summary>Where a key of the other server comes from; it is no option, since everybody on a machine can see options.</summary>
    public const string KeyVariable = "FLAGS_FROM_KEY";

    private const int Largest = 64 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="url">Of its API, for example <c>https://user:password@app.example.org/flipper/api</c>; user and password are sent as Basic.</param>
    public static async Task<JsonElement> ReadAsync(string url)
    {
        if (!Uri.TryCreate(url.TrimEnd('/') + "/features?stored=true", UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            throw new UsageException($"{url} is no address.", "flags import --from https://app.example.org/flipper/api --dry-run");
        using var http = new HttpClient { Timeout = Patience, MaxResponseContentBufferSize = Largest };
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        Authorize(request, address);
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new UsageException($"{address.Host} answered {(int)answer.StatusCode} to GET {address.AbsolutePath}.", $"Check the address and, when it asks for a key, {KeyVariable}; then: flags import --from {url}");
            using JsonDocument document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false));
            return document.RootElement.Clone();
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            throw new UsageException($"{address.Host} does not answer: {failure.Message}", $"Check the address; then: flags import --from {url}");
        }
        catch (JsonException)
        {
            throw new UsageException($"{address.Host} answered something else than JSON: this is not Flipper's API.", "The address ends where the app mounts Flipper::Api.app, for example /flipper/api");
        }
    }

    private static void Authorize(HttpRequestMessage request, Uri address)
    {
        if (address.UserInfo.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        else if (Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }
}
