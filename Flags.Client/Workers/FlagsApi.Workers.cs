using Flags.Core;

namespace Flags.Client;

public sealed partial class FlagsApi
{
    /// <inheritdoc/>
    public Task<HeartbeatAnswer> HeartbeatAsync(string id, Heartbeat heartbeat, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Put, Route.Worker(id), heartbeat, Json.Heartbeat), Json.HeartbeatAnswer, cancellationToken);

    /// <inheritdoc/>
    public Task<WorkerList> ListWorkersAsync(string? role = null, string? version = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Get, Route.Query(Route.Of("/workers"), ("role", role), ("version", version))), Json.WorkerList, cancellationToken);

    /// <inheritdoc/>
    public Task<WorkerList> GetReadyWorkersAsync(string role, string? version = null, int? min = null, Duration? wait = null, CancellationToken cancellationToken = default)
    {
        string route = Route.Query(Route.Of("/workers/ready"), ("role", role), ("version", version), ("min", Route.Number(min)), ("wait", wait?.ToString()));
        return transport.SendAsync(Transport.Waiting(transport.Request(HttpMethod.Get, route), wait), Json.WorkerList, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<InstructedWorkers> QuietWorkersAsync(InstructWorkers which, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Of("/workers/quiet"), which, Json.InstructWorkers, options), Json.InstructedWorkers, cancellationToken);

    /// <inheritdoc/>
    public Task<InstructedWorkers> TerminateWorkersAsync(InstructWorkers which, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
        transport.SendAsync(transport.Request(HttpMethod.Post, Route.Of("/workers/terminate"), which, Json.InstructWorkers, options), Json.InstructedWorkers, cancellationToken);
}
