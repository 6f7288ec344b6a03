namespace Flags.Core;

/// <summary>A feature in an export: what was decided, without versions and times.</summary>
public sealed record ExportedFeature
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for; absent in an import leaves it.</summary>
    public string? Description { get; init; }

    /// <summary>Tags; absent in an import leaves them.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Who looks after it; absent in an import leaves it.</summary>
    public string? Owner { get; init; }

    /// <summary>How many leases may be live at once; absent in an import leaves it.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether turning it off needs its name typed; absent in an import leaves it.</summary>
    public bool? Protected { get; init; }

    /// <summary>When it should be gone from the code; absent in an import leaves it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>All gates and deny lists.</summary>
    public required Gates Gates { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/export</c>, and one of the two bodies of <c>POST /api/v1/import</c>.</summary>
/// <param name="Format">Always <c>flags</c>.</param>
/// <param name="FormatVersion">Always 1.</param>
/// <param name="Features">Sorted by name.</param>
public sealed record ExportBody(string Format, int FormatVersion, IReadOnlyList<ExportedFeature> Features);

/// <summary>A feature that an import changes.</summary>
public sealed record ImportedFeature(string Name, FeatureChange Change);

/// <summary>Answer of <c>POST /api/v1/import</c>.</summary>
/// <param name="DryRun">True when nothing was written.</param>
/// <param name="Version">The version the import made; null when nothing changed.</param>
/// <param name="Created">Features that are new.</param>
/// <param name="Changed">Features that differ.</param>
/// <param name="Deleted">Features that <c>mode=replace</c> removes.</param>
/// <param name="Unchanged">How many were the same already.</param>
public sealed record ImportAnswer(
    bool DryRun, long? Version, IReadOnlyList<ImportedFeature> Created, IReadOnlyList<ImportedFeature> Changed, IReadOnlyList<ImportedFeature> Deleted, int Unchanged);
