using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

/// <summary>Two servers on one database.</summary>
public class Replicas : IAsyncLifetime
{
    /// <summary>The clock of the second.</summary>
    protected virtual TimeProvider Time => TimeProvider.System;

    public Api First { get; } = new();

    public TestServer Second { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await First.InitializeAsync();
        Second = await TestServer.StartAsync(First.Server.ConnectionString, configure: services => services.AddSingleton(Time));
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
    }
}
