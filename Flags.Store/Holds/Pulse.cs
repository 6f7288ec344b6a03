namespace Flags.Store;

/// <summary>What long polls wait for: every notification and every step of the change feed completes it, after the step's set is there to be read.</summary>
public sealed class Pulse
{
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The next beat. Take it before looking, so that what happens during the look is not missed.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    internal void Beat() => Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
