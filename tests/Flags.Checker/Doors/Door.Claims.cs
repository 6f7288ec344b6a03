namespace Flags.Checker;

/// <summary>Who wants which key.</summary>
public sealed record Wish(string Key, Guid Owner, TimeSpan Ttl, TimeSpan Keep, bool Once);

public abstract partial class Door
{
    public abstract Task<Answer> ClaimAsync(Wish wish);

    public abstract Task<Answer> RenewClaimAsync(string key, long token, TimeSpan ttl);

    public abstract Task<Answer> CompleteAsync(string key, long token, string result);

    public abstract Task<Answer> AbandonAsync(string key, long token);

    /// <summary>The answer is <c>seen</c> with the worker's instruction, or <c>back</c>.</summary>
    public abstract Task<Answer> BeatAsync(string worker, string role, string state);

    /// <summary>Tells all workers of a role.</summary>
    public abstract Task<Answer> InstructAsync(string role, string instruction);

    /// <summary>The answer is <c>seen</c> with the worker's state and instruction, or <c>unknown</c>.</summary>
    public abstract Task<Answer> LookAsync(string worker, string role);
}
