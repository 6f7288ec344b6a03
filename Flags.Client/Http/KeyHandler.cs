using System.Net;
using System.Net.Http.Headers;

namespace Flags.Client;

/// <summary>Sends the key with every request; after a 401 once more with the key that its file has by then.</summary>
internal sealed class KeyHandler(KeySource keys) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string key = await keys.CurrentAsync(cancellationToken).ConfigureAwait(false);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || await keys.AfterRefusalAsync(key, cancellationToken).ConfigureAwait(false) is not { } rotated)
            return response;
        response.Dispose();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", rotated);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
