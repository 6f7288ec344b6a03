using System.ComponentModel;
using Microsoft.Extensions.Hosting;

namespace Flags.Client;

/// <summary>What <see cref="LeasedBackgroundService"/> does around the work. It stands apart because a class cannot both override and hide a method.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract partial class LeasedBackgroundServiceBase : BackgroundService
{
    private readonly FlagsClient flags;
    private readonly string feature;
    private readonly EnterOptions options;

    private protected LeasedBackgroundServiceBase(FlagsClient flags, string feature, EnterOptions? options)
    {
        ArgumentNullException.ThrowIfNull(flags);
        ArgumentNullException.ThrowIfNull(feature);
        (this.flags, this.feature, this.options) = (flags, feature, options ?? new EnterOptions { Holder = $"{GetType().Name} on {Environment.MachineName}" });
    }

    /// <summary>The lease of the running work, for its token and <see cref="Client.Lease.EnsureValid"/>; null outside of it.</summary>
    protected Lease? Lease { get; private set; }

    /// <summary>
    /// Whether the work is left alone when a deploy waits, a successor asks or the worker becomes quiet, because it ends by itself within their patience;
    /// default false: its token fires, and it should return soon.
    /// </summary>
    protected virtual bool FinishesBeforeDeploys => false;

    /// <summary>Enters, works, leaves, and again.</summary>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, flags.Quiet);
        try
        {
            await LoopAsync(ends.Token, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (flags.Quiet.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
        {
            flags.LogQuiet(GetType().Name, feature);
        }
    }

    private protected abstract Task WorkInsideAsync(CancellationToken stoppingToken);

    private async Task LoopAsync(CancellationToken noNewJobs, CancellationToken stoppingToken)
    {
        EnterOptions how = options;
        bool again = true;
        while (again)
        {
            noNewJobs.ThrowIfCancellationRequested();
            EnterResult entry = await flags.EnterAsync(feature, Timeout.InfiniteTimeSpan, how, noNewJobs).ConfigureAwait(false);
            await using (entry.ConfigureAwait(false))
            {
                if (entry is Lease lease)
                {
                    again = await WorkAsync(lease, stoppingToken).ConfigureAwait(false);
                    // Whoever was succeeded stands by, and does not ask its successor for the slot.
                    if (lease.TakeoverRequested.IsCancellationRequested)
                        how = options with { Takeover = false };
                }
                else if (entry is NotEntered refused)
                {
                    // Only the policy "fail" gives up: a service cannot, so it rests.
                    await Task.Delay(refused.RetryAfter, flags.Time, noNewJobs).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Whether it was interrupted, and is to be called again.</summary>
    private async Task<bool> WorkAsync(Lease lease, CancellationToken stoppingToken)
    {
        CancellationToken[] interrupts = FinishesBeforeDeploys ? [stoppingToken, lease.Lost] : [stoppingToken, lease.Lost, lease.Closing, lease.TakeoverRequested, flags.Quiet];
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(interrupts);
        Lease = lease;
        try
        {
            await WorkInsideAsync(ends.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
        {
            // Interrupted, as it was told to be.
        }
        finally
        {
            Lease = null;
        }

        if (ends.IsCancellationRequested && !stoppingToken.IsCancellationRequested)
            flags.LogInterrupted(GetType().Name, feature);
        return ends.IsCancellationRequested;
    }
}
