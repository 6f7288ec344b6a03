using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

/// <summary>How long reads wait for the database is a setting.</summary>
public sealed class ReadPatienceTests
{
    [Theory]
    [InlineData(null, 0.9)]
    [InlineData("1ms", 0.001)]
    [InlineData("30s", 30.0)]
    [InlineData("00:00:30", 30.0)]
    [InlineData("00:00:00.9", 0.9)]
    [InlineData("1m", 60.0)]
    public void It_is_a_duration_or_a_time(string? text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Read(text).ReadPatience);

    [Theory]
    [InlineData("0")]
    [InlineData("-00:00:01")]
    [InlineData("00:01:01")]
    [InlineData("soon")]
    [InlineData("")]
    public void Another_stops_the_start_with_a_message(string text) => Assert.Contains("Flags__ReadPatience", Assert.Throws<StartupException>(() => Read(text)).Message);

    [Fact]
    public async Task The_store_is_told()
    {
        await using TestServer server = await TestServer.StartAsync(settings: new Dictionary<string, string?> { ["Flags:ReadPatience"] = "7s" });
        Assert.Equal(TimeSpan.FromSeconds(7), server.Services.GetRequiredService<StoreOptions>().ReadPatience);
    }

    private static ServerOptions Read(string? text)
    {
        var settings = new Dictionary<string, string?>();
        if (text is not null)
            settings["Flags:ReadPatience"] = text;
        return ServerOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }
}
