using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flags.Store;

/// <summary>Registers the store.</summary>
public static class StoreServices
{
    /// <param name="services">Where to.</param>
    /// <param name="options">Where the database is.</param>
    /// <param name="setupKey">The bootstrap key of the configuration; null for none.</param>
    public static IServiceCollection AddFlagsStore(this IServiceCollection services, StoreOptions options, string? setupKey)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new Database(options.ConnectionString));
        services.AddDbContextFactory<FlagsDb>((provider, builder) =>
            StoreStartup.Configure((DbContextOptionsBuilder<FlagsDb>)builder, provider.GetRequiredService<Database>().Source));
        services.AddSingleton<StoreStartup>();
        services.AddSingleton<FeatureCache>();
        services.AddSingleton<FeatureStore>();
        services.AddSingleton<FeatureImport>();
        services.AddSingleton<FeatureHistory>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton<ServerReads>();
        services.AddSingleton<LeaseStore>();
        services.AddSingleton<HoldStore>();
        services.AddSingleton<HoldReads>();
        services.AddSingleton<ClaimStore>();
        services.AddSingleton<ClaimDesk>();
        services.AddSingleton<WorkerStore>();
        services.AddSingleton<Sweep>();
        services.AddSingleton<RecoveryGuard>();
        services.AddSingleton<Pulse>();
        services.AddSingleton<Tick>().AddHostedService(provider => provider.GetRequiredService<Tick>());
        services.AddSingleton<LastReads>();
        services.AddSingleton<KeyStore>();
        services.AddScoped<SetupStore>();
        services.AddScoped<PersonStore>();
        services.AddSingleton(provider => new KeyRing(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<FeatureCache>(), provider.GetRequiredService<TimeProvider>(), setupKey));
        services.AddSingleton<ChangeFeed>().AddHostedService(provider => provider.GetRequiredService<ChangeFeed>());
        services.AddSingleton<UsageStore>().AddHostedService(provider => provider.GetRequiredService<UsageStore>());
        services.AddDataProtection().SetApplicationName("flags");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(
            keys => keys.XmlRepository = new DataProtectionKeys(provider.GetRequiredService<Database>())));
        services.AddIdentityCore<Person>(Configure).AddRoles<Role>().AddEntityFrameworkStores<FlagsDb>();
        return services;
    }

    internal static void Configure(IdentityOptions identity)
    {
        identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3;
        identity.User.RequireUniqueEmail = true;
        // A passphrase's length is what counts; composition rules make worse ones.
        identity.Password.RequiredLength = SetupStore.ShortestPassphrase;
        identity.Password.RequireDigit = identity.Password.RequireLowercase = identity.Password.RequireUppercase = identity.Password.RequireNonAlphanumeric = false;
        identity.Lockout.MaxFailedAccessAttempts = 5;
        identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(1);
    }
}
