using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>Two servers on one database.</summary>
public sealed class Replicas : IAsyncLifetime
{
    public Api First { get; } = new();

    public TestServer Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await First.InitializeAsync();
        Second = await TestServer.StartAsync(First.Server.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
    }
}
