namespace Flags.Store;

/// <summary>What long polls wait for. A step of the change feed completes both, after its set is there to be read.</summary>
public sealed class Pulse
{
    private TaskCompletionSource next = New(), change = New();

    /// <summary>The next notification or step. Take it before looking, so that what happens during the look is not missed.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    /// <summary>The next step: for who waits for a feature to change, and would be woken for nothing by every job that leaves.</summary>
    public Task Change => Volatile.Read(ref change).Task;

    internal void Beat(bool step)
    {
        if (step)
            Interlocked.Exchange(ref change, New()).TrySetResult();
        Interlocked.Exchange(ref next, New()).TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
