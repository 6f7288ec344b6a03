using System.Collections.Concurrent;

namespace Flags.Client;

/// <summary>Leases and holds that may have been granted by calls nobody waits for any more, on their way back. Disposing the client waits for them: its connections are what they need.</summary>
internal sealed class GivingBack
{
    private readonly ConcurrentDictionary<Task, bool> running = new();

    /// <summary>Goes on in the background; it must not throw and must end by itself.</summary>
    public void Add(Task task)
    {
        running[task] = true;
        _ = task.ContinueWith(done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public Task DoneAsync() => Task.WhenAll(running.Keys);
}
