using Flags.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Flags.Testing;

/// <summary>Waits for the database that no pause of a busy machine outlasts, for every test that is not about them.</summary>
public static class Patience
{
    /// <summary>For opening a connection (production: 2 s) and for a command (5 s).</summary>
    public static string Of(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Timeout = (int)Eventually.Deadline.TotalSeconds, CommandTimeout = (int)Eventually.Deadline.TotalSeconds }.ConnectionString;

    /// <summary>Before a read is answered with what is known (0.9 s).</summary>
    public static void OfReads(IServiceCollection services)
    {
        var given = (StoreOptions)services.Last(s => s.ServiceType == typeof(StoreOptions)).ImplementationInstance!;
        services.Replace(ServiceDescriptor.Singleton(given with { ReadPatience = Eventually.Deadline }));
    }
}
