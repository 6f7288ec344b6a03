using System.Text.Json;
using Flags.Core;

namespace Flags.Client;

/// <summary>
/// What became of a claim: a <see cref="Claim"/>, which was won; <see cref="ClaimTaken"/>; <see cref="ClaimDone"/>; or <see cref="NotClaimed"/>. Dispose it
/// in any case; disposing a claim that was not completed gives it back.
/// </summary>
public abstract class ClaimResult : IAsyncDisposable
{
    private protected ClaimResult(string key) => Key = key;

    /// <summary>The key that was asked for.</summary>
    public string Key { get; }

    /// <summary>The claim, for callers to whom anything else is a failure.</summary>
    /// <exception cref="FlagsProblemException">Another has it, it is done, or the server is recovering.</exception>
    /// <exception cref="FlagsUnavailableException">The server could not be reached.</exception>
    public Claim EnsureClaimed() => this switch
    {
        Claim claim => claim,
        ClaimTaken taken => throw new FlagsProblemException(taken.Problem),
        ClaimDone { Problem: { } problem } => throw new FlagsProblemException(problem),
        NotClaimed { Outage: { } outage } => throw outage,
        NotClaimed { Problem: { } problem } => throw new FlagsProblemException(problem),
        _ => throw new InvalidOperationException($"\"{Key}\" is done."),
    };

    /// <summary>Gives it back, if it is a claim that was not completed.</summary>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Another attempt has the key.</summary>
public sealed class ClaimTaken : ClaimResult
{
    internal ClaimTaken(string key, Problem problem)
        : base(key) => Problem = problem;

    /// <summary>When it is free, unless the other one renews or completes it. Who dies silently keeps it for so long.</summary>
    public TimeSpan FreeIn => TimeSpan.FromSeconds(Problem.ExpiresInSeconds ?? 0);

    /// <summary>What the server said.</summary>
    public Problem Problem { get; }

    /// <summary>Does nothing: there is nothing to give back.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A sentence for the log.</summary>
    public override string ToString() => Problem.Detail;
}

/// <summary>It is done: by another, or by this very call of <see cref="FlagsClient.RunOnceAsync(string, Func{Claim, CancellationToken, Task}, ClaimOptions?, CancellationToken)"/>.</summary>
public sealed class ClaimDone : ClaimResult
{
    internal ClaimDone(string key, Problem problem)
        : base(key) => (Problem, Result, KeptFor) = (problem, problem.Result, TimeSpan.FromSeconds(problem.ExpiresInSeconds ?? 0));

    internal ClaimDone(string key, JsonElement? result, TimeSpan keptFor)
        : base(key) => (Result, KeptFor, RanHere) = (result, keptFor, true);

    /// <summary>What it was completed with, as JSON; null without a result.</summary>
    public JsonElement? Result { get; }

    /// <summary>The result as text: the string that it was completed with, or the JSON of anything else; null without a result.</summary>
    public string? Text => Result is { } result ? result.ValueKind == JsonValueKind.String ? result.GetString() : result.GetRawText() : null;

    /// <summary>For how long nobody can claim it. When it was done is in <see cref="IFlagsApi.GetClaimAsync"/>.</summary>
    public TimeSpan KeptFor { get; }

    /// <summary>Whether it was done by this call, and not before.</summary>
    public bool RanHere { get; }

    internal Problem? Problem { get; }

    /// <summary>Does nothing: there is nothing to give back.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A sentence for the log.</summary>
    public override string ToString() => Problem?.Detail ?? $"\"{Key}\" is done.";
}

/// <summary>Whether the key is free is not known now: the server is recovering, or could not be reached. Nothing was claimed.</summary>
public sealed class NotClaimed : ClaimResult
{
    internal NotClaimed(string key, Problem problem)
        : base(key) => Problem = problem;

    internal NotClaimed(string key, FlagsUnavailableException outage)
        : base(key) => Outage = outage;

    /// <summary>When asking again may help.</summary>
    public TimeSpan RetryAfter => Problem?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Outage?.RetryAfter ?? TimeSpan.FromSeconds(5);

    /// <summary>What the server said: the database was restored or failed over, and claims from before may still be in use. Null when it could not be reached.</summary>
    public Problem? Problem { get; }

    /// <summary>Why the server could not be reached; null when it answered.</summary>
    public FlagsUnavailableException? Outage { get; }

    /// <summary>Does nothing: there is nothing to give back.</summary>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A sentence for the log.</summary>
    public override string ToString() => $"{Key}: {Problem?.Detail ?? Outage?.Message}";
}
