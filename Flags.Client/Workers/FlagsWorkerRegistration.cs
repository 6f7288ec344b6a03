using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flags.Client;

/// <summary>Registers this process as a worker.</summary>
public static class FlagsWorkerRegistration
{
    /// <summary>
    /// Makes this process a worker that deploys see: it reports <c>starting</c>, <c>ready</c> once the host has started, <c>quiet</c> on SIGTERM or when a deploy says
    /// so, and <c>stopped</c>. Adds <see cref="FlagsWorker"/> as a singleton, and <c>AddFlags</c> if that is missing. The key needs <c>worker</c>.
    /// </summary>
    /// <remarks>
    /// On SIGTERM the ready file goes first, then the worker is quiet, and leases and claims of this process have until 2 s before the end of
    /// <see cref="Microsoft.Extensions.Hosting.HostOptions.ShutdownTimeout"/>; then the rest is cancelled. Services of the host are stopped only afterwards. Told to
    /// terminate it does the same. While the server cannot be reached it stays what it is, with its file.
    /// </remarks>
    /// <param name="services">Where to.</param>
    /// <param name="configure">Sets options after the environment (<c>FLAGS_WORKER_ROLE</c>, <c>FLAGS_WORKER_VERSION</c>, <c>FLAGS_READY_FILE</c>); null leaves them.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddFlagsWorker(this IServiceCollection services, Action<FlagsWorkerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddFlags();
        if (services.All(known => known.ServiceType != typeof(FlagsWorker)))
            AddOnce(services);
        return configure is null ? services : services.Configure(configure);
    }

    /// <summary>Adds <see cref="FlagsWorkerHealthCheck"/> as <c>flags-worker</c> with the tag <c>ready</c>; <see cref="AddFlagsWorker(IServiceCollection, Action{FlagsWorkerOptions}?)"/> must have been called.</summary>
    /// <param name="checks">Where to.</param>
    /// <returns><paramref name="checks"/>.</returns>
    public static IHealthChecksBuilder AddFlagsWorker(this IHealthChecksBuilder checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        return checks.AddCheck<FlagsWorkerHealthCheck>("flags-worker", tags: ["ready"]);
    }

    private static void AddOnce(IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<FlagsWorkerOptions, FlagsWorkerOptionsValidator>().Configure(Environment);
        services.AddSingleton(provider => new FlagsWorker(
            provider.GetRequiredService<FlagsClient>(), provider.GetRequiredService<IOptions<FlagsWorkerOptions>>(), provider.GetRequiredService<ILogger<FlagsWorker>>()));
        services.AddHostedService<WorkerLife>();
    }

    private static void Environment(FlagsWorkerOptions options)
    {
        if (Read("FLAGS_WORKER_ROLE") is { } role)
            options.Role = role;
        if (Read("FLAGS_WORKER_VERSION") is { } version)
            options.Version = version;
        if (Read("FLAGS_READY_FILE") is { } file)
            options.ReadyFile = file;
    }

    private static string? Read(string name) => System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? set : null;
}
