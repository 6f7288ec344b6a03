using System.Collections.Concurrent;
using Flags.Client;
using Quartz;

namespace Flags.Recipes;

/// <summary>Lets jobs of a Quartz.NET 4 scheduler run only inside a feature.</summary>
public sealed class FlagsJobGate : ITriggerListener, IJobListener
{
    private readonly ConcurrentDictionary<string, Lease> inside = new();
    private readonly FlagsClient flags;
    private readonly string feature;
    private readonly FlagsWorker? worker;

    private FlagsJobGate(FlagsClient flags, string feature, FlagsWorker? worker) => (this.flags, this.feature, this.worker) = (flags, feature, worker);

    /// <summary>For Quartz.</summary>
    public string Name => "flags " + feature;

    /// <summary>From now on, jobs are vetoed while the feature is held or off or the worker (AddFlagsWorker) is quiet, and deploys wait for those that run.</summary>
    public static void Use(IScheduler scheduler, FlagsClient flags, string feature, FlagsWorker? worker = null)
    {
        var gate = new FlagsJobGate(flags, feature, worker);
        scheduler.ListenerManager.AddTriggerListener(gate);
        scheduler.ListenerManager.AddJobListener(gate);
    }

    /// <summary>Enters; a job that may not is vetoed, and runs at the next time of its trigger.</summary>
    public async ValueTask<bool> VetoJobExecution(ITrigger trigger, IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (worker?.IsQuiet == true)
            return true;
        var options = new EnterOptions { Holder = $"{context.JobDetail.Key} on {Environment.MachineName}" };
        if (await flags.EnterAsync(feature, options: options, cancellationToken: cancellationToken) is not Lease lease)
            return true;
        inside[context.FireInstanceId] = lease;
        lease.Lost.Register(() => _ = context.Scheduler.InterruptFireInstance(context.FireInstanceId, CancellationToken.None).AsTask());
        return false;
    }

    /// <summary>Another listener vetoed it after it had entered.</summary>
    public ValueTask JobExecutionVetoed(IJobExecutionContext context, CancellationToken cancellationToken = default) => LeaveAsync(context);

    /// <summary>Leaves, whether the job succeeded or not.</summary>
    public ValueTask JobWasExecuted(IJobExecutionContext context, JobExecutionException? jobException, CancellationToken cancellationToken = default) => LeaveAsync(context);

    private ValueTask LeaveAsync(IJobExecutionContext context) =>
        inside.TryRemove(context.FireInstanceId, out Lease? lease) ? lease.DisposeAsync() : ValueTask.CompletedTask;
}
