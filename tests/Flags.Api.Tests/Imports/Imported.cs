using System.Net;
using System.Text.Json;

namespace Flags.Api.Tests;

/// <summary>A server of its own with the 92 features of a real Flipper export, imported through the API.</summary>
public sealed class Imported : IAsyncLifetime
{
    /// <summary>The export as Flipper wrote it.</summary>
    public static string Flipper { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Imports", "flipper-export-va.json"));

    public Api Api { get; } = new();

    public IReadOnlyList<string> Names { get; } = Read();

    public async ValueTask InitializeAsync()
    {
        await Api.InitializeAsync();
        (HttpStatusCode status, string body) = await Api.SendAsync(HttpMethod.Post, "/api/v1/import", Flipper);
        Assert.True(status == HttpStatusCode.OK, body);
    }

    public ValueTask DisposeAsync() => Api.DisposeAsync();

    private static string[] Read()
    {
        using JsonDocument export = JsonDocument.Parse(Flipper);
        return [.. export.RootElement.GetProperty("features").EnumerateObject().Select(f => f.Name)];
    }
}
