using Microsoft.Extensions.Hosting;

namespace Flags.Client;

/// <summary>Makes the client when the host starts, so that the snapshot is there before the first check. Waits for nothing.</summary>
internal sealed class SnapshotStart(FlagsClient client) : IHostedService
{
    // Its construction began to follow the server.
    public FlagsClient Client { get; } = client;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
