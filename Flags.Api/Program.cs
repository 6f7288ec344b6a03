using Flags.Api;
using Flags.Store;

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
