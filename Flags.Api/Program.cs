using Flags.Api;
using Flags.Store;

if (args is [HealthCheck.Switch])
    return await HealthCheck.RunAsync();

try
{
    await using Server server = await Server.CreateAsync(args);
    await server.App.RunAsync();
    return 0;
}
catch (Exception failure) when (failure is StartupException or EmbeddedPostgresException)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
