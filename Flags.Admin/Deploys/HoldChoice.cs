using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>A feature offered to be held.</summary>
public sealed record HoldChoice(int Id, string Name, bool Chosen, string Words)
{
    private const int Most = 8;

    private static readonly string[] DeployTags = ["deploy", "deploys", "jobs"];

    /// <summary>What was asked for, what was held lately, what has jobs inside, what is tagged for deploys; the first eight.</summary>
    public static IReadOnlyList<HoldChoice> Of(FeatureSet set, DeployState? state, IReadOnlyList<HoldInfo> past, IReadOnlyList<string> wanted)
    {
        Dictionary<string, int> inside = (state?.Jobs.Leases ?? []).CountBy(l => l.Feature).ToDictionary();
        IEnumerable<string> likely = (state?.Holds ?? []).Concat(past).SelectMany(h => h.Features).Concat(inside.Keys)
            .Concat(set.Features.Where(f => f.Feature.Name == "jobs_processing" || f.Feature.Tags.Any(DeployTags.Contains)).Select(f => f.Feature.Name));
        return [.. wanted.Concat(likely).Distinct(StringComparer.Ordinal).Select(set.Find).OfType<StoredFeature>().Take(Math.Max(Most, wanted.Count))
            .Select(f => new HoldChoice(f.Id, f.Feature.Name, wanted.Contains(f.Feature.Name), Said(f.Feature, inside.GetValueOrDefault(f.Feature.Name))))];
    }

    private static string Said(Feature feature, int inside)
    {
        var words = new List<string>();
        if (feature.Held)
            words.Add("held already");
        if (inside > 0)
            words.Add($"{HoldWords.Jobs(inside)} inside");
        if (feature.State == FeatureState.Off)
            words.Add("off");
        return string.Join(" · ", words);
    }
}
