namespace Flags.Client;

/// <summary>What <see cref="IFlagsApi.ListFeaturesAsync"/> looks for; null members do not narrow.</summary>
public sealed record FeatureQuery
{
    /// <summary>A part of the name or description, whatever its case.</summary>
    public string? Search { get; init; }

    /// <summary>A tag.</summary>
    public string? Tag { get; init; }

    /// <summary><c>on</c>, <c>off</c>, <c>conditional</c> or <c>held</c>.</summary>
    public string? State { get; init; }

    /// <summary>Features in the page: 1 to 200; null means 50.</summary>
    public int? Limit { get; init; }

    /// <summary><see cref="Core.FeatureList.NextCursor"/> of the page before; null for the first.</summary>
    public string? Cursor { get; init; }
}
