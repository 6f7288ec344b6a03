using Flags.Admin.Tests;
using Flags.Testing;

[assembly: AssemblyFixture(typeof(AdminServer))]
[assembly: AssemblyFixture(typeof(Chromium))]

namespace Flags.Admin.Tests;

/// <summary>One server for most tests, with a person of each role. Each test has features of its own.</summary>
public sealed class AdminServer : IAsyncLifetime
{
    public const string Passphrase = "correct horse battery";

    private TestServer? server;
    private Beating? beating;

    public TestServer Server => server ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        server = await ServerSteps.StartAsync();
        await server.AddPersonAsync("anna", "admin");
        await server.AddPersonAsync("sam", "operator");
        await server.AddPersonAsync("vera", "viewer");
        beating = new Beating(server);
    }

    public Task<PageClient> SignInAsync(string name = "anna") => Server.SignInAsync(name);

    public async ValueTask DisposeAsync()
    {
        if (beating is not null)
            await beating.DisposeAsync();
        if (server is not null)
            await server.DisposeAsync();
    }
}
