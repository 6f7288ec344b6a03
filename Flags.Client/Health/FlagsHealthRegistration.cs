using Microsoft.Extensions.DependencyInjection;

namespace Flags.Client;

/// <summary>Registers the health check.</summary>
public static class FlagsHealthRegistration
{
    /// <summary>Adds <see cref="FlagsHealthCheck"/> as <c>flags</c>; <c>AddFlags</c> must have been called.</summary>
    /// <param name="checks">Where to.</param>
    /// <returns><paramref name="checks"/>.</returns>
    public static IHealthChecksBuilder AddFlags(this IHealthChecksBuilder checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        return checks.AddCheck<FlagsHealthCheck>("flags");
    }
}
