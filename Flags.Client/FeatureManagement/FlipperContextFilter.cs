using Flags.Core;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Flags.Client;

/// <summary>The same for a context given with the check. One class cannot be both filters; two may share an alias because one takes a context.</summary>
[FilterAlias(FlipperFilter.Alias)]
internal sealed class FlipperContextFilter(FlagsClient flags) : IContextualFeatureFilter<ITargetingContext>
{
    public Task<bool> EvaluateAsync(FeatureFilterEvaluationContext featureFilterContext, ITargetingContext targetingContext)
    {
        ArgumentNullException.ThrowIfNull(featureFilterContext);
        return Task.FromResult(IsEnabled(flags, featureFilterContext.FeatureName, targetingContext));
    }

    /// <summary>Null, and a context without an id, is an actor without an id: gates for some stay closed.</summary>
    public static bool IsEnabled(FlagsClient flags, string feature, ITargetingContext? who)
    {
        if (who is null)
            return flags.IsEnabled(feature);
        string? id = string.IsNullOrEmpty(who.UserId) ? null : who.UserId;
        IReadOnlyCollection<string>? groups = who.Groups as IReadOnlyCollection<string> ?? who.Groups?.ToArray();
        return flags.IsEnabled(feature, new Actor(id, (who as FlagsContext)?.Properties, groups));
    }
}
