using Flags.Core;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>A server of its own for tests that hold: the bar of a live hold is on every page of a server.</summary>
public sealed class DeployServer : IAsyncLifetime
{
    private TestServer? server;

    public TestServer Server => server ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        server = await ServerSteps.StartAsync();
        await server.AddPersonAsync("anna", "admin");
        await server.AddPersonAsync("sam", "operator");
        await server.AddPersonAsync("vera", "viewer");
    }

    /// <summary>A feature that is on.</summary>
    public Task<Feature> CreateAsync(string name) => Server.CreateAsync(name, null, new CreateFeature { Name = name, Enabled = true });

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }
}
