using Flags.Core;

namespace Flags.Client;

/// <summary>What became of a change: <see cref="Changed"/> or <see cref="ChangeRefused"/>.</summary>
public abstract record ChangeResult
{
    private protected ChangeResult()
    {
    }

    /// <summary>The feature, for callers to whom a refusal is a failure.</summary>
    /// <exception cref="FlagsProblemException">The change was refused.</exception>
    public Feature EnsureChanged() => this switch
    {
        Changed done => done.Feature,
        ChangeRefused no => throw new FlagsProblemException(no.Problem),
        _ => throw new InvalidOperationException($"Unknown result {GetType().Name}"),
    };
}

/// <summary>Done, or it was so already.</summary>
/// <param name="Feature">As it is now.</param>
public sealed record Changed(Feature Feature) : ChangeResult;

/// <summary>Nothing was changed.</summary>
/// <param name="Problem">Why, and what to do: no such feature, no permission, protected.</param>
public sealed record ChangeRefused(Problem Problem) : ChangeResult;
