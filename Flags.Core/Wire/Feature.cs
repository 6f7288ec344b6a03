namespace Flags.Core;

/// <summary>A feature as the native API shows it.</summary>
public sealed record Feature
{
    /// <summary>The name: 1 to 255 characters, case-sensitive.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for; empty when nobody said.</summary>
    public string Description { get; init; } = "";

    /// <summary>Words to find it by, sorted by UTF-8 bytes; at most <see cref="Limits.Tags"/>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Who looks after it; null when nobody is named.</summary>
    public string? Owner { get; init; }

    /// <summary>The state of the stored gates, also while <see cref="Held"/>.</summary>
    public FeatureState State { get; init; }

    /// <summary>Whether a live hold makes it off for everyone.</summary>
    public bool Held { get; init; }

    /// <summary>The gates as stored.</summary>
    public Gates Gates { get; init; } = Gates.Empty;

    /// <summary>How many leases may be live at once, 1 to 10 000; null means any number.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether turning it off, or deleting it, needs its name typed.</summary>
    public bool Protected { get; init; }

    /// <summary>When it should be gone from the code; only shown, nothing happens then.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The version of its last write: for <c>If-Match</c>, history and revert.</summary>
    public long Version { get; init; }

    /// <summary>When it was first created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last written.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who wrote it last: a person's or key's name.</summary>
    public string UpdatedBy { get; init; } = "";
}

/// <summary>A page of features.</summary>
/// <param name="Features">Sorted by name (UTF-8 bytes).</param>
/// <param name="Total">How many match the search in all.</param>
/// <param name="NextCursor">Give it back as <c>cursor</c> for the next page; null on the last.</param>
public sealed record FeatureList(IReadOnlyList<Feature> Features, int Total, string? NextCursor);
