using Flags.Store;

namespace Flags.Admin;

/// <summary>What one page watches: <c>features</c>, <c>feature:{id}</c>, <c>deploys</c>, <c>workers</c>, <c>claim</c>, <c>audit</c>; <c>holds</c> always. Pages name features by the database's ids, never by their names.</summary>
internal sealed class LiveTopics
{
    public const string Workers = "workers", Claim = "claim";

    private const string OfFeature = "feature:", Features = "features", Deploys = "deploys", Audit = "audit", Holds = "holds";

    private readonly bool features, audit;
    private readonly Dictionary<int, string> names = [];

    public LiveTopics(string? text, FeatureSet set)
    {
        string[] topics = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        features = topics.Contains(Features);
        audit = topics.Contains(Audit);
        WatchesJobs = topics.Contains(Deploys);
        WatchesWorkers = topics.Contains(Workers);
        WatchesClaim = topics.Contains(Claim);
        foreach (string topic in topics.Take(20))
        {
            if (topic.StartsWith(OfFeature, StringComparison.Ordinal) && int.TryParse(topic[OfFeature.Length..], out int id)
                && set.Features.FirstOrDefault(f => f.Id == id) is { } feature)
                names[id] = feature.Feature.Name;
        }
    }

    /// <summary>Whether the page shows who is inside and who waits.</summary>
    public bool WatchesJobs { get; }

    public bool WatchesWorkers { get; }

    /// <summary>Whether the page shows a claim that may change.</summary>
    public bool WatchesClaim { get; }

    /// <summary>The watched topics that differ after the next step.</summary>
    private List<string> Between(FeatureSet before, ChangeStep step)
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

    /// <summary>Whether a step left an audit row of a feature, a hold, a key or a person.</summary>
    public IReadOnlyList<string> Between(ChangeStep before, ChangeStep after)
    {
        IReadOnlyList<string> touched = Between(before.Set, after);
        bool wrote = before.Set.Version != after.Set.Version || before.Set.Generation != after.Set.Generation || before.AuthVersion != after.AuthVersion;
        return audit && wrote ? [.. touched, Audit] : touched;
    }

    /// <summary>The watched topics that differ between two looks at holds and jobs.</summary>
    public IReadOnlyList<string> Between(DeployState before, DeployState after) =>
        after.Seen != before.Seen ? audit ? [Holds, Audit] : [Holds] : WatchesJobs ? [Deploys] : [];

    private static bool HasOtherHolds(StoredFeature? before, StoredFeature after) => !(before?.Holds ?? []).Select(h => h.Id).SequenceEqual(after.Holds.Select(h => h.Id));
}
