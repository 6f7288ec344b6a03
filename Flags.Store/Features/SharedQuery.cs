namespace Flags.Store;

/// <summary>
/// Many callers, few queries: a caller joins the next run not yet started, so what it gets was read after it asked, and one round trip
/// serves everybody who waits. Joining the run under way would be wrong: its snapshot may be older than a write the caller knows of.
/// </summary>
internal sealed class SharedQuery<T>(Func<Task<T>> query)
{
    private readonly Lock gate = new();
    private TaskCompletionSource<T>? next;
    private bool running;

    public Task<T> JoinAsync()
    {
        TaskCompletionSource<T> mine;
        bool start = false;
        lock (gate)
        {
            mine = next ??= new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!running)
                start = running = true;
        }

        if (start)
            _ = RunAsync();
        return mine.Task;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            TaskCompletionSource<T> batch;
            lock (gate)
            {
                if (next is null)
                {
                    running = false;
                    return;
                }

                batch = next;
                next = null;
            }

            try
            {
                batch.SetResult(await query());
            }
            catch (Exception failure)
            {
                // Handed to everybody who waits; nothing is swallowed.
                batch.SetException(failure);
            }
        }
    }
}
