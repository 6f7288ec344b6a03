using System.Collections.Concurrent;

namespace Flags.Client.Tests;

/// <summary>Which requests were sent.</summary>
internal sealed class PathsHandler : DelegatingHandler
{
    private readonly ConcurrentQueue<string> seen = new();

    public IReadOnlyList<string> Seen => [.. seen];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        seen.Enqueue(request.RequestUri!.AbsolutePath);
        return base.SendAsync(request, cancellationToken);
    }
}
