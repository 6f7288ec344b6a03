using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>What the list shows: all of it is in the address.</summary>
public sealed record FeatureListQuery(string Search, string State, string Tag, string Sort, int Page)
{
    public const int PageSize = 50;

    public static readonly IReadOnlyList<(string Value, string Label)> States = [("on", "On"), ("conditional", "Partly on"), ("off", "Off"), ("held", "Held"), ("stale", $"Not read for {LastReads.StaleDays} days")];

    public static FeatureListQuery Read(string? search, string? state, string? tag, string? sort, int page) => new(
        search?.Trim() ?? "", States.Any(s => s.Value == state) ? state! : "", tag ?? "", sort is "changed" or "read" ? sort : "name", Math.Max(1, page));

    public bool IsFiltered => Search.Length + State.Length + Tag.Length > 0;

    /// <summary>Whether it has to be known when features were read last.</summary>
    public bool NeedsReads => State == "stale" || Sort == "read";

    public FeatureListResult Run(FeatureSet set, IReadOnlyDictionary<int, DateTimeOffset> reads, DateTimeOffset now)
    {
        IEnumerable<Feature> found = FeatureSearch.Find(set, Search, Tag, State);
        if (State == "stale")
            found = found.Where(f => LastReads.DaysSince(set.Find(f.Name)!, reads, now) >= LastReads.StaleDays);
        Feature[] all = Sort switch
        {
            "changed" => [.. found.OrderByDescending(f => f.UpdatedAt)],
            "read" => [.. found.OrderByDescending(f => reads.GetValueOrDefault(set.Find(f.Name)!.Id))],
            _ => [.. found],
        };
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
