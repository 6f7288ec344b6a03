using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Flags.Client;

/// <summary>Healthy while the worker is ready. A check of readiness: one of liveness would have a worker killed that finishes its jobs.</summary>
public sealed class FlagsWorkerHealthCheck : IHealthCheck
{
    private readonly FlagsWorker worker;

    /// <summary>The health of a worker.</summary>
    /// <param name="worker">The worker.</param>
    public FlagsWorkerHealthCheck(FlagsWorker worker) => this.worker = worker;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        WorkerState state = worker.State;
        var data = new Dictionary<string, object> { ["id"] = worker.Id, ["role"] = worker.Role, ["version"] = worker.Version, ["state"] = state.ToString() };
        return Task.FromResult(state == WorkerState.Ready ? HealthCheckResult.Healthy("The worker takes jobs.", data) : HealthCheckResult.Unhealthy($"The worker is {state}.", null, data));
    }
}
