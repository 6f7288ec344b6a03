using System.Runtime.CompilerServices;
using Flags.Core;
using Microsoft.FeatureManagement;

namespace Flags.Client;

/// <summary>
/// Our features as Microsoft.FeatureManagement sees them. It asks at every check and knows no signal of changes, so an answer costs two
/// look-ups: the definition of a version of a feature is made once.
/// </summary>
internal sealed class FlagsFeatureDefinitions(FlagsClient flags) : IFeatureDefinitionProvider
{
    private static readonly Task<FeatureDefinition> Unknown = Task.FromResult<FeatureDefinition>(null!);
    private static readonly FeatureFilterConfiguration AlwaysOn = new() { Name = "AlwaysOn" }, AskFlipper = new() { Name = FlipperFilter.Alias };

    private readonly ConditionalWeakTable<CompiledFeature, Task<FeatureDefinition>> made = [];

    /// <returns>Null for an unknown feature, which then is off.</returns>
    public Task<FeatureDefinition> GetFeatureDefinitionAsync(string featureName)
    {
        if (featureName is null || flags.Holder.Current.Find(featureName) is not { } feature)
            return Unknown;
        // All others are counted by the filter.
        if (feature.Always is { } always)
            feature.Counter!.Count(always);
        return made.GetValue(feature, Make);
    }

    public async IAsyncEnumerable<FeatureDefinition> GetAllFeatureDefinitionsAsync()
    {
        foreach (CompiledFeature feature in flags.Holder.Current.Features)
            yield return await made.GetValue(feature, Make).ConfigureAwait(false);
    }

    // None of Microsoft's own filters: theirs hash differently, compare with their own case rules, and put nobody into a bucket.
    private static Task<FeatureDefinition> Make(CompiledFeature feature) => Task.FromResult(new FeatureDefinition
    {
        Name = feature.Name,
        RequirementType = RequirementType.Any,
        Status = FeatureStatus.Conditional,
        EnabledFor = feature.Always switch
        {
            false => [],
            true => [AlwaysOn],
            null => [AskFlipper],
        },
    });
}
