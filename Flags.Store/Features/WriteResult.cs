using Flags.Core;

namespace Flags.Store;

/// <summary>What became of a write.</summary>
public abstract record WriteResult;

/// <summary>It is done, or was so already.</summary>
/// <param name="Stored">The feature after the write; for a delete as it is now, no longer existing.</param>
/// <param name="Change">What changed; null when the wanted state was there already, and then nothing was written.</param>
/// <param name="AuditId">The audit row; null when nothing was written.</param>
public sealed record Written(StoredFeature Stored, FeatureChange? Change, long? AuditId) : WriteResult;

/// <summary>Nothing was changed; the problem says why and what to do.</summary>
public sealed record Refused(Problem Problem) : WriteResult;

/// <summary>An entity tag that a caller expects: a version, and optionally the version evaluation last saw.</summary>
public readonly record struct FeatureTag(long Version, long? Seen);

/// <summary>What goes with any write.</summary>
public sealed record WriteOptions
{
    public static WriteOptions None { get; } = new();

    /// <summary>Why, for history and audit; at most <see cref="Limits.Reason"/> characters.</summary>
    public string? Reason { get; init; }

    /// <summary>The tags one of which the feature must have; null means any.</summary>
    public IReadOnlyList<FeatureTag>? IfMatch { get; init; }

    /// <summary>Names of protected features that may end off or deleted.</summary>
    public IReadOnlyCollection<string> Confirmed { get; init; } = [];
}
