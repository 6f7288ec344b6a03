using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flags.Client;

/// <summary>Registers the SDK.</summary>
public static class FlagsRegistration
{
    /// <summary>The name of the <see cref="IHttpClientFactory"/> client, for handlers of your own: <c>services.AddHttpClient(FlagsRegistration.HttpClientName)</c>.</summary>
    public const string HttpClientName = "Flags";

    /// <summary>
    /// Adds <see cref="FlagsClient"/> and <see cref="IFlagsApi"/> as singletons; a host begins to follow the server when it starts, and waits for nothing. Options come from the environment (<c>FLAGS_URL</c>, …), then
    /// from <paramref name="configure"/>; a host refuses to start when they are wrong, and says what to set. A second call only adds to the options.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="configure">Sets options in code; null leaves the environment's.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddFlags(this IServiceCollection services, Action<FlagsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.All(known => known.ServiceType != typeof(FlagsClient)))
            AddOnce(services);
        return configure is null ? services : services.Configure(configure);
    }

    /// <summary>The same with options from a section of the configuration, such as <c>"Flags": { "Url": "https://…", "ApiKeyFile": "/run/secrets/flags", "Timeout": "5s" }</c>; the environment wins over it.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="section">Members are named as those of <see cref="FlagsOptions"/>; times are <c>5s</c> or <c>00:00:05</c>. Read once.</param>
    /// <param name="configure">Sets options in code; null leaves them.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddFlags(this IServiceCollection services, IConfiguration section, Action<FlagsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.Configure<FlagsOptions>(options => FlagsConfiguration.Apply(options, section));
        return services.AddFlags(configure);
    }

    private static void AddOnce(IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<FlagsOptions, FlagsOptionsValidator>().Configure<IServiceProvider>((options, provider) =>
        {
            options.TimeProvider = provider.GetService<TimeProvider>() ?? options.TimeProvider;
            FlagsEnvironment.Apply(options, Environment.GetEnvironmentVariable);
        });
        services.TryAddSingleton(provider => new KeySource(Of(provider), provider.GetRequiredService<ILogger<FlagsClient>>()));
        // The factory's own loggers would write four lines for every check.
        services.AddHttpClient(HttpClientName, (provider, http) => Connection.Apply(http, Of(provider)))
            .RemoveAllLoggers()
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, _) => Connection.Apply(handler))
            .AddHttpMessageHandler(provider => new KeyHandler(provider.GetRequiredService<KeySource>()));
        services.TryAddSingleton<IFlagsApi>(provider => new FlagsApi(provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName), Of(provider).Timeout));
        services.AddSingleton(provider => new FlagsClient(
            provider.GetRequiredService<IFlagsApi>(),
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName),
            Of(provider),
            provider.GetRequiredService<ILogger<FlagsClient>>(),
            provider.GetRequiredService<KeySource>()));
        services.AddHostedService<SnapshotStart>();
    }

    private static FlagsOptions Of(IServiceProvider provider) => provider.GetRequiredService<IOptions<FlagsOptions>>().Value;
}
