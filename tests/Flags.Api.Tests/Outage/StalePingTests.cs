using Flags.Testing;

namespace Flags.Api.Tests;

public sealed class StalePingTests
{
    [Fact]
    public async Task A_server_that_cannot_ask_its_database_says_so_in_its_pings_and_that_it_can_again()
    {
        await using Relayed relayed = await Relayed.StartAsync();
        using HttpResponseMessage stream = await relayed.Server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream"), HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync());
        Assert.Equal("data: {}", await PingAsync(lines));

        relayed.Relay.Cut();
        // One may have been on its way.
        string? stale = await PingAsync(lines);
        Assert.Matches("""^data: {"staleSeconds":\d+(\.\d+)?}$""", stale == "data: {}" ? await PingAsync(lines) : stale);

        relayed.Relay.Mend();
        await relayed.RecoversAsync();
        // One may have been on its way.
        Assert.True(await PingAsync(lines) == "data: {}" || await PingAsync(lines) == "data: {}");
    }

    private static async Task<string?> PingAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync().WaitAsync(Eventually.Deadline) is { } line)
        {
            if (line == "event: ping")
                return await lines.ReadLineAsync().WaitAsync(Eventually.Deadline);
        }

        return null;
    }
}
