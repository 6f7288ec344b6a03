using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>What the list shows: all of it is in the address.</summary>
public sealed record FeatureListQuery(string Search, string State, string Tag, string Sort, int Page)
{
    public const int PageSize = 50;

    public static readonly IReadOnlyList<(string Value, string Label)> States = [("on", "On"), ("conditional", "Partly on"), ("off", "Off"), ("held", "Held")];

    public static FeatureListQuery Read(string? search, string? state, string? tag, string? sort, int page) => new(
        search?.Trim() ?? "", States.Any(s => s.Value == state) ? state! : "", tag ?? "", sort == "changed" ? "changed" : "name", Math.Max(1, page));

    public bool IsFiltered => Search.Length + State.Length + Tag.Length > 0;

    public FeatureListResult Run(FeatureSet set)
    {
        IEnumerable<Feature> found = FeatureSearch.Find(set, Search, Tag, State);
        Feature[] all = Sort == "changed" ? [.. found.OrderByDescending(f => f.UpdatedAt)] : [.. found];
        int page = Math.Clamp(Page, 1, Math.Max(1, (all.Length + PageSize - 1) / PageSize));
        StoredFeature[] rows = [.. all.Skip((page - 1) * PageSize).Take(PageSize).Select(f => set.Find(f.Name)!)];
        return new FeatureListResult(rows, all.Length, page);
    }

    public string Url(int page) => LocalPath.With("/admin/features", ("search", Some(Search)), ("state", Some(State)), ("tag", Some(Tag)),
        ("sort", Sort == "name" ? null : Sort), ("page", page > 1 ? page.ToString() : null));

    private static string? Some(string text) => text.Length > 0 ? text : null;
}

/// <summary>One page of the list.</summary>
public sealed record FeatureListResult(IReadOnlyList<StoredFeature> Rows, int Total, int Page)
{
    public int First => Total == 0 ? 0 : (Page - 1) * FeatureListQuery.PageSize + 1;

    public int Last => Math.Min(Page * FeatureListQuery.PageSize, Total);
}
