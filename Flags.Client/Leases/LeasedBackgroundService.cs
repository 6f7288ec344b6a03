using Microsoft.Extensions.Hosting;

namespace Flags.Client;

/// <summary>
/// A <see cref="BackgroundService"/> that runs only inside a feature: change the base class, and it waits for deploys and deploys wait for it.
/// </summary>
/// <remarks>
/// <see cref="ExecuteAsync"/> is called inside a lease. Its token fires when the host stops, when the lease is lost, and when a deploy waits
/// (unless <see cref="LeasedBackgroundServiceBase.FinishesBeforeDeploys"/>); once it has returned, the lease is left, the end of the deploy is awaited, and
/// it is called again. If it returns by itself the work is done, and it is not called again.
/// In a worker (<c>AddFlagsWorker</c>) that becomes quiet it is interrupted too, and enters no more. One with <see cref="EnterOptions.Takeover"/> that
/// was succeeded stands by until the slot is free again.
/// </remarks>
/// <example><code>
/// public sealed class ImportOrders(FlagsClient flags) : LeasedBackgroundService(flags, "jobs_processing")
/// {
///     protected override async Task ExecuteAsync(CancellationToken stoppingToken)
///     {
///         while (!stoppingToken.IsCancellationRequested)
///             await ImportNextAsync(stoppingToken);
///     }
/// }
/// </code></example>
public abstract class LeasedBackgroundService : LeasedBackgroundServiceBase
{
    /// <summary>A service that asks before it works.</summary>
    /// <param name="flags">The client.</param>
    /// <param name="feature">The feature's name, such as <c>jobs_processing</c>.</param>
    /// <param name="options">How it enters; null for the defaults, with the name of the class and the machine as the holder.</param>
    protected LeasedBackgroundService(FlagsClient flags, string feature, EnterOptions? options = null)
        : base(flags, feature, options)
    {
    }

    /// <summary>The work. It must return soon after its token fires.</summary>
    /// <param name="stoppingToken">Fires when the host stops, the lease is lost or, unless it finishes before deploys, a deploy waits, a successor asks or the worker is quiet.</param>
    protected new abstract Task ExecuteAsync(CancellationToken stoppingToken);

    private protected sealed override Task WorkInsideAsync(CancellationToken stoppingToken) => ExecuteAsync(stoppingToken);
}
