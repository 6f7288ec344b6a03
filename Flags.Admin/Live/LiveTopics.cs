using Flags.Store;

namespace Flags.Admin;

/// <summary>What one page watches: <c>features</c>, <c>feature:{id}</c>. Pages name features by the database's ids, never by their names.</summary>
internal sealed class LiveTopics
{
    private const string OfFeature = "feature:";

    private readonly bool features;
    private readonly Dictionary<int, string> names = [];

    public LiveTopics(string? text, FeatureSet set)
    {
        string[] topics = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        features = topics.Contains("features");
        foreach (string topic in topics.Take(20))
        {
            if (topic.StartsWith(OfFeature, StringComparison.Ordinal) && int.TryParse(topic[OfFeature.Length..], out int id)
                && set.Features.FirstOrDefault(f => f.Id == id) is { } feature)
                names[id] = feature.Feature.Name;
        }
    }

    /// <summary>The watched topics that differ between two sets.</summary>
    public IReadOnlyList<string> Between(FeatureSet before, FeatureSet after)
    {
        var touched = new List<string>();
        if (features && (before.Version != after.Version || before.Generation != after.Generation))
            touched.Add("features");
        foreach ((int id, string name) in names)
        {
            StoredFeature? old = before.Find(name), now = after.Find(name);
            if (old?.ETag != now?.ETag)
                touched.Add(OfFeature + id);
        }

        return touched;
    }
}
