using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Flags.Client;

/// <summary>All gates and deny lists at once, for whom the app says is present; for nobody in particular when it says nothing.</summary>
[FilterAlias(Alias)]
internal sealed class FlipperFilter(FlagsClient flags, IServiceProvider services) : IFeatureFilter
{
    public const string Alias = "Flags.Flipper";

    // Apps need not have one.
    private readonly ITargetingContextAccessor? accessor = services.GetService<ITargetingContextAccessor>();

    public async Task<bool> EvaluateAsync(FeatureFilterEvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (accessor is null)
            return flags.IsEnabled(context.FeatureName);
        TargetingContext? present;
        try
        {
            present = await accessor.GetContextAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Without knowing who asks, a deny list would open: off.
            return flags.Failed(context.FeatureName, failure);
        }

        return FlipperContextFilter.IsEnabled(flags, context.FeatureName, present);
    }
}
