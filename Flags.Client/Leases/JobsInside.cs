namespace Flags.Client;

/// <summary>What runs under a lease or a claim in this process, so that a worker that stops can wait for it.</summary>
internal sealed class JobsInside
{
    private readonly object gate = new();
    private readonly Dictionary<object, (Action? Close, Action<string> Lose)> inside = [];
    private TaskCompletionSource empty = NewSignal();

    public JobsInside() => empty.SetResult();

    public int Count
    {
        get
        {
            lock (gate)
                return inside.Count;
        }
    }

    /// <summary>Done when nothing runs; take it anew when something may have begun since.</summary>
    public Task Empty
    {
        get
        {
            lock (gate)
                return empty.Task;
        }
    }

    /// <param name="job">The lease or the claim.</param>
    /// <param name="close">Tells it to come to an end soon; null when it has no ear for that.</param>
    /// <param name="lose">Tells it to stop.</param>
    public void Add(object job, Action? close, Action<string> lose)
    {
        lock (gate)
        {
            inside[job] = (close, lose);
            if (empty.Task.IsCompleted)
                empty = NewSignal();
        }
    }

    public void Remove(object job)
    {
        lock (gate)
        {
            if (inside.Remove(job) && inside.Count == 0)
                empty.TrySetResult();
        }
    }

    public void Close() => Array.ForEach(All(), job => job.Close?.Invoke());

    public void Lose(string why) => Array.ForEach(All(), job => job.Lose(why));

    private (Action? Close, Action<string> Lose)[] All()
    {
        lock (gate)
            return [.. inside.Values];
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
