namespace Flags.Api.Tests;

/// <summary>A server of its own, for what another test's write would disturb.</summary>
public sealed class Own : IAsyncLifetime
{
    public Api Api { get; } = new();

    public ValueTask InitializeAsync() => Api.InitializeAsync();

    public ValueTask DisposeAsync() => Api.DisposeAsync();
}
