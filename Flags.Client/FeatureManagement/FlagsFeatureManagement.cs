using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.FeatureManagement;

namespace Flags.Client;

/// <summary>Microsoft.FeatureManagement over the SDK: <c>IFeatureManager</c>, <c>[FeatureGate]</c> and the <c>feature</c> tag answer from our store.</summary>
/// <remarks>
/// A check is no lease: between it and the work a deploy may begin. <c>IFeatureManagerSnapshot</c> keeps its first answer for the life of the
/// scope, whoever is asked about, so that a worker or a circuit never sees a hold: do not use it there.
/// </remarks>
public static class FlagsFeatureManagement
{
    /// <summary>Adds the SDK (<see cref="FlagsRegistration.AddFlags(IServiceCollection, Action{FlagsOptions})"/>) and feature management over it. A second call adds nothing twice.</summary>
    /// <param name="services">Where to; before other calls of <c>AddFeatureManagement</c>, which only add what is missing.</param>
    /// <param name="configure">Sets options in code; null leaves the environment's.</param>
    /// <returns>For session managers, targeting and more filters.</returns>
    public static IFeatureManagementBuilder AddFlagsFeatureManagement(this IServiceCollection services, Action<FlagsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddFlags(configure);
        services.TryAddSingleton<IFeatureDefinitionProvider, FlagsFeatureDefinitions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFeatureFilterMetadata, FlipperFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFeatureFilterMetadata, FlipperContextFilter>());
        return services.AddFeatureManagement();
    }

    /// <summary>The same with filters that live as long as a scope, for Blazor Server and wherever the targeting context is scoped.</summary>
    /// <inheritdoc cref="AddFlagsFeatureManagement"/>
    public static IFeatureManagementBuilder AddScopedFlagsFeatureManagement(this IServiceCollection services, Action<FlagsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddFlags(configure);
        services.TryAddScoped<IFeatureDefinitionProvider, FlagsFeatureDefinitions>();
        services.TryAddEnumerable(ServiceDescriptor.Scoped<IFeatureFilterMetadata, FlipperFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Scoped<IFeatureFilterMetadata, FlipperContextFilter>());
        return services.AddScopedFeatureManagement();
    }
}
