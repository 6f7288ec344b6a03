namespace Flags.Admin;

/// <summary>One step of a feed: a state that looks different from the one before.</summary>
public sealed class FeedStep<T>(T state)
{
    private readonly TaskCompletionSource<FeedStep<T>> next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public T State => state;

    public Task<FeedStep<T>> NextAsync(CancellationToken cancellation) => next.Task.WaitAsync(cancellation);

    internal void Follow(FeedStep<T> step) => next.SetResult(step);
}
