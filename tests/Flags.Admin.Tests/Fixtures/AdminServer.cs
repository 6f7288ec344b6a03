using Flags.Admin.Tests;

[assembly: AssemblyFixture(typeof(AdminServer))]
[assembly: AssemblyFixture(typeof(Chromium))]

namespace Flags.Admin.Tests;

/// <summary>One server for all tests, set up, with a person of each role. Each test has features of its own.</summary>
public sealed class AdminServer : IAsyncLifetime
{
    public const string Passphrase = "correct horse battery";

    private TestDatabase? database;
    private RunningServer? server;

    public RunningServer Server => server ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        server = await RunningServer.StartAsync(database.ConnectionString);
        await server.AddPersonAsync("anna", "anna@example.org", Passphrase, "admin");
        await server.AddPersonAsync("sam", "sam@example.org", Passphrase, "operator");
        await server.AddPersonAsync("vera", "vera@example.org", Passphrase, "viewer");
    }

    /// <summary>A browser without script, signed in.</summary>
    public async Task<PageClient> SignInAsync(string name = "anna")
    {
        var client = new PageClient(Server.Address);
        await client.SignInAsync($"{name}@example.org", Passphrase);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
    }
}
