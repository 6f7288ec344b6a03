namespace Flags.Api;

/// <summary>Registers what holds and leases need.</summary>
internal static class DeploySafety
{
    public static void AddDeploySafety(this IServiceCollection services)
    {
        services.AddSingleton<Waiting>();
        services.AddSingleton<HoldPlacing>();
        services.AddSingleton<HoldDrain>();
        services.AddSingleton<EnterRoute>();
        services.AddSingleton<LeaseRenewal>();
    }
}
