namespace Flags.Api;

/// <summary>Successors that began to wait at the same moment. Whoever holds one awaits <see cref="NextAsync"/>.</summary>
internal sealed class Wish
{
    private readonly TaskCompletionSource<Wish> next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The features whose slots are asked for.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    public Task<Wish> NextAsync(CancellationToken cancellation) => next.Task.WaitAsync(cancellation);

    public void Follow(Wish wish) => next.SetResult(wish);
}
