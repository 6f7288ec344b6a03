using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>A feature that nobody holds, with jobs inside or waiting.</summary>
public sealed record OpenFeature(string Name, int Inside, int Waiting, int? Limit, bool IsOff)
{
    public static IReadOnlyList<OpenFeature> Of(DeployState state, FeatureSet set, string? only)
    {
        var held = state.Holds.SelectMany(h => h.Features).ToHashSet(StringComparer.Ordinal);
        Dictionary<string, int> inside = state.Jobs.Leases.CountBy(l => l.Feature).ToDictionary(), waiting = state.Jobs.Waiting.CountBy(w => w.Feature).ToDictionary();
        return [.. inside.Keys.Union(waiting.Keys).Where(name => !held.Contains(name) && (only is null || name == only)).Order(StringComparer.Ordinal)
            .Select(name => Make(name, inside.GetValueOrDefault(name), waiting.GetValueOrDefault(name), set.Find(name)?.Feature))];
    }

    private static OpenFeature Make(string name, int inside, int waiting, Feature? feature) =>
        new(name, inside, waiting, feature?.Limit, feature is null or { State: FeatureState.Off });
}
