namespace Flags.Store.Tests;

/// <summary>A data folder that initdb has been through: a copy costs a twentieth of it.</summary>
public sealed class PreparedData : IAsyncLifetime
{
    private readonly EmbeddedFolder _folder = new();

    public async ValueTask InitializeAsync() => await (await _folder.StartAsync()).DisposeAsync();

    internal async Task CopyToAsync(EmbeddedFolder other)
    {
        var copied = await new OutsideProgram("cp", "-a", _folder.Data, other.Data).RunAsync(TestContext.Current.CancellationToken);
        Assert.True(copied.Succeeded, copied.Output);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
