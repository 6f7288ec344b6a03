using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Flags.Client;

/// <summary>Healthy while the snapshot is current, degraded while it is stale (checks go on), unhealthy while there is none.</summary>
public sealed class FlagsHealthCheck : IHealthCheck
{
    private readonly FlagsClient flags;

    /// <summary>The health of a client.</summary>
    /// <param name="flags">The client.</param>
    public FlagsHealthCheck(FlagsClient flags) => this.flags = flags;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        FlagsStatus status = flags.Status;
        var data = new Dictionary<string, object> { ["generation"] = status.Generation, ["version"] = status.Version };
        if (status.Age is { } age)
            data["ageSeconds"] = age.TotalSeconds;
        string since = status.Age is { } silent ? string.Create(CultureInfo.InvariantCulture, $" for {silent.TotalSeconds:0} s") : " since this process started";
        return Task.FromResult(status switch
        {
            { IsStale: false } => HealthCheckResult.Healthy("Features are current.", data),
            { Generation: > 0 } => HealthCheckResult.Degraded($"The server was not heard{since}; what was last known is in force. {status.Problem}".TrimEnd(), null, data),
            _ => HealthCheckResult.Unhealthy($"No features are known, so all are off. {status.Problem}".TrimEnd(), null, data),
        });
    }
}
