using Flags.Core;

namespace Flags.Store;

/// <summary>All of a feature that people write. A feature that does not exist is <see cref="Missing"/>, so every write is a step between two contents.</summary>
internal sealed record FeatureContent
{
    public static FeatureContent Missing { get; } = new();

    public bool Exists { get; init; }
    public string Description { get; init; } = "";
    public IReadOnlyList<string> Tags { get; init; } = [];
    public string? Owner { get; init; }
    public int? Limit { get; init; }
    public bool Protected { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public Gates Gates { get; init; } = Gates.Empty;
}

/// <summary>A feature's row as the store knows it.</summary>
public sealed record StoredFeature
{
    /// <summary>The identity of the name; stays when the feature is deleted.</summary>
    public required int Id { get; init; }

    internal FeatureContent Content { get; init; } = FeatureContent.Missing;

    public bool Exists => Content.Exists;

    /// <summary>Live holds; with one or more the feature is off for everyone.</summary>
    public IReadOnlyList<SnapshotHold> Holds { get; init; } = [];

    /// <summary>The last version that changed what evaluation shows, holds included.</summary>
    public long Seen { get; init; }

    /// <summary>The feature as the wire shows it.</summary>
    public required Feature Feature { get; init; }

    /// <summary>The strong entity tag.</summary>
    public string ETag => $"\"{Feature.Version}-{Seen}\"";

    /// <summary>The feature as evaluation elsewhere needs it.</summary>
    /// <param name="reference">Whether it is there only because an expression refers to it.</param>
    public SnapshotFeature ToSnapshot(bool reference) =>
        new() { Name = Feature.Name, Version = Feature.Version, Gates = Feature.Gates, Holds = Holds, Reference = reference };
}
