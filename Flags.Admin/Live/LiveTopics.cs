using Flags.Store;

namespace Flags.Admin;

/// <summary>What one page watches: <c>features</c>, <c>feature:{id}</c>, <c>deploys</c>; <c>holds</c> always. Pages name features by the database's ids, never by their names.</summary>
internal sealed class LiveTopics
{
    private const string OfFeature = "feature:", Features = "features", Deploys = "deploys", Holds = "holds";

    private readonly bool features;
    private readonly Dictionary<int, string> names = [];

    public LiveTopics(string? text, FeatureSet set)
    {
        string[] topics = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        features = topics.Contains(Features);
        WatchesJobs = topics.Contains(Deploys);
        foreach (string topic in topics.Take(20))
        {
            if (topic.StartsWith(OfFeature, StringComparison.Ordinal) && int.TryParse(topic[OfFeature.Length..], out int id)
                && set.Features.FirstOrDefault(f => f.Id == id) is { } feature)
                names[id] = feature.Feature.Name;
        }
    }

    /// <summary>Whether the page shows who is inside and who waits.</summary>
    public bool WatchesJobs { get; }

    /// <summary>The watched topics that differ after the next step.</summary>
    public IReadOnlyList<string> Between(FeatureSet before, ChangeStep step)
    {
        FeatureSet after = step.Set;
        var touched = new List<string>();
        if (step.Resync || step.Changed.Any(row => HasOtherHolds(before.Find(row.Feature.Name), row)))
            touched.Add(Holds);
        if (features && (before.Version != after.Version || before.Generation != after.Generation))
            touched.Add(Features);
        foreach ((int id, string name) in names)
        {
            StoredFeature? old = before.Find(name), now = after.Find(name);
            if (old?.ETag != now?.ETag)
                touched.Add(OfFeature + id);
        }

        return touched;
    }

    /// <summary>The watched topics that differ between two looks at holds and jobs.</summary>
    public IReadOnlyList<string> Between(DeployState before, DeployState after) =>
        after.Seen != before.Seen ? [Holds] : WatchesJobs ? [Deploys] : [];

    private static bool HasOtherHolds(StoredFeature? before, StoredFeature after) => !(before?.Holds ?? []).Select(h => h.Id).SequenceEqual(after.Holds.Select(h => h.Id));
}
