using Flags.Core;

namespace Flags.Store;

/// <summary>Which features a search shows; the page and the API find the same.</summary>
public static class FeatureSearch
{
    /// <param name="set">Where to look.</param>
    /// <param name="search">Part of name or description, any case; null or empty for all.</param>
    /// <param name="tag">A whole tag; null or empty for any.</param>
    /// <param name="state"><c>on</c>, <c>off</c>, <c>conditional</c> or <c>held</c>; null or empty for any.</param>
    public static IEnumerable<Feature> Find(FeatureSet set, string? search, string? tag, string? state) => set.Features.Select(f => f.Feature)
        .Where(f => string.IsNullOrEmpty(search) || f.Name.Contains(search, StringComparison.OrdinalIgnoreCase) || f.Description.Contains(search, StringComparison.OrdinalIgnoreCase))
        .Where(f => string.IsNullOrEmpty(tag) || f.Tags.Contains(tag))
        .Where(f => state switch
        {
            "held" => f.Held,
            "on" => f.State == FeatureState.On,
            "off" => f.State == FeatureState.Off,
            "conditional" => f.State == FeatureState.Conditional,
            _ => true,
        });
}
