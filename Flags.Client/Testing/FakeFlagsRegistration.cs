using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Flags.Client;

/// <summary>Registers <see cref="FakeFlags"/> in tests of a whole app.</summary>
public static class FakeFlagsRegistration
{
    /// <summary>Replaces what <see cref="FlagsRegistration.AddFlags(IServiceCollection, Action{FlagsOptions})"/> added, or will add: the app starts without address, key and server.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="fake">The features; the caller disposes it.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddFakeFlags(this IServiceCollection services, FakeFlags fake)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(fake);
        services.AddFlags().PostConfigure<FlagsOptions>(options => (options.Url, options.ApiKey, options.ApiKeyFile) = ("http://fake.invalid", "flg_fake", null));
        services.RemoveAll<FlagsClient>().AddSingleton(fake.Client);
        services.RemoveAll<IFlagsApi>().AddSingleton(fake.Client.Api);
        return services;
    }
}
