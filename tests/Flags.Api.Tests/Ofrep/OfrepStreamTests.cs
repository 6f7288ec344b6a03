using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

/// <summary>The stream that tells web providers to ask again.</summary>
public sealed class OfrepStreamTests(Wired wired) : IClassFixture<Wired>
{
    [Fact]
    public async Task A_connection_begins_with_an_event_unless_it_has_seen_the_newest_and_each_change_is_one()
    {
        using HttpClient http = await wired.Server.ClientAsync("evaluate");
        await using RefetchStream stream = await RefetchStream.OpenAsync(wired, http);
        SseItem<string> first = await stream.NextAsync();
        JsonElement data = JsonDocument.Parse(first.Data).RootElement;
        Assert.Equal(("message", "refetchEvaluation", first.EventId), (first.EventType, data.GetProperty("type").GetString(), data.GetProperty("etag").GetString()));
        Assert.True(data.GetProperty("lastModified").GetInt64() > 1_700_000_000);
        Assert.Equal(("no-store", "no", TimeSpan.FromSeconds(2)), (stream.Response.Headers.CacheControl?.ToString(), stream.Response.Headers.GetValues("X-Accel-Buffering").Single(), first.ReconnectionInterval ?? stream.Retry));

        await using RefetchStream again = await RefetchStream.OpenAsync(wired, http, first.EventId);
        await wired.ApiAsync("POST", "/features", """{"name":"news"}""");
        string second = (await stream.NextAsync()).EventId!;
        Assert.NotEqual(first.EventId, second);
        // The first event of this one is the change, not its connection.
        Assert.Equal(second, (await again.NextAsync()).EventId);
    }

    [Fact]
    public async Task Changes_in_a_burst_are_few_events_and_the_last_names_the_newest_version()
    {
        // A server of its own, on which a burst may take its time.
        await using var slow = new Wired();
        await slow.InitializeAsync();
        slow.Server.Services.GetRequiredService<OfrepStreams>().Together = TimeSpan.FromSeconds(2);
        using HttpClient http = await slow.Server.ClientAsync("evaluate");
        await using RefetchStream stream = await RefetchStream.OpenAsync(slow, http);
        await stream.NextAsync();
        for (int i = 0; i < 30; i++)
            await slow.FlipperAsync("POST", "/features/burst/actors", $$"""{"flipper_id":"{{i}}"}""");
        long version = JsonDocument.Parse(await slow.ApiAsync("GET", "/features/burst")).RootElement.GetProperty("version").GetInt64();
        int events = 0;
        string id;
        do
        {
            id = (await stream.NextAsync()).EventId!;
            events++;
        }
        while (!id.EndsWith($":{version}", StringComparison.Ordinal));
        Assert.InRange(events, 1, 29);
    }

    [Fact]
    public async Task A_limited_key_hears_of_holds_on_its_own_features_and_of_no_others()
    {
        await wired.FlipperAsync("POST", "/features/mine_1/boolean");
        using HttpClient http = await wired.Server.ClientAsync("evaluate", "mine_*");
        await using RefetchStream stream = await RefetchStream.OpenAsync(wired, http);
        await stream.NextAsync();
        await wired.FlipperAsync("POST", "/features/theirs/boolean");
        string id = Guid.NewGuid().ToString();
        await wired.ApiAsync("PUT", $"/holds/{id}", """{"features":["mine_1"],"reason":"v1"}""");
        long held = JsonDocument.Parse(await wired.ApiAsync("GET", "/snapshot")).RootElement.GetProperty("version").GetInt64();
        Assert.EndsWith($":{held}", (await stream.NextAsync()).EventId);
        await wired.ApiAsync("DELETE", $"/holds/{id}");
        Assert.NotNull((await stream.NextAsync()).EventId);
    }

    [Fact]
    public async Task With_many_streams_the_pages_are_told_one_after_the_other()
    {
        var time = new FakeTime();
        await using TestServer server = await TestServer.StartAsync(configure: services => services.AddSingleton<TimeProvider>(time));
        OfrepStreams streams = server.Services.GetRequiredService<OfrepStreams>();
        // Longer than anything else that the server waits for.
        (streams.Many, streams.Together, streams.Spread) = (7, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(6));
        string path = await RefetchStream.PathAsync(server.Http);
        RefetchStream[] open = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RefetchStream.OpenAsync(server.Http, path, null)));
        await Task.WhenAll(open.Select(stream => stream.NextAsync()));
        using HttpResponseMessage changed = await server.Http.PostAsync("/flipper/features/a/boolean", null);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        TimeSpan[] pauses = [];
        await Eventually.TrueAsync(() => (pauses = [.. time.Pauses.Where(pause => pause >= streams.Together)]).Length == open.Length, "each stream waits for its moment");
        // All eight within a thirtieth of the time: once in a thousand million runs.
        Assert.True(pauses[^1] - pauses[0] > TimeSpan.FromSeconds(0.2), string.Join(" ", pauses));
        time.Advance(streams.Together + streams.Spread);
        await Task.WhenAll(open.Select(stream => stream.NextAsync()));
        foreach (RefetchStream stream in open)
            await stream.DisposeAsync();
    }

    [Fact]
    public async Task The_token_opens_nothing_else_and_dies_with_the_key()
    {
        MintedKey key = await wired.Server.MintAsync("evaluate");
        using HttpClient http = wired.Server.Client(key.Key), nobody = wired.Server.Client(null);
        string path = await RefetchStream.PathAsync(http), token = path.Split('=')[1];
        Assert.Contains(key.Info.Id, token);
        foreach (string elsewhere in (string[])["/api/v1/stream", "/ofrep/v1/evaluate/flags", "/flipper/features"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await wired.SendAsync(elsewhere.Contains("evaluate") ? "POST" : "GET", $"{elsewhere}?token={token}", null, nobody, ("Authorization", "Bearer " + token))).Status);
        foreach (string bad in (string[])["", "?token=", "?token=s_x.y", $"?token={key.Key}", $"?token={token}x", $"?token={token}%00"])
            Assert.Equal((bad, HttpStatusCode.Unauthorized), (bad, (await wired.SendAsync("GET", "/ofrep/v1/stream" + bad, null, nobody)).Status));
        Assert.Equal(HttpStatusCode.NoContent, (await wired.SendAsync("GET", $"/ofrep/v1/stream?token={token[..^1]}{(token[^1] == 'A' ? 'B' : 'A')}", null, nobody)).Status);

        await using RefetchStream stream = await RefetchStream.OpenAsync(wired, http);
        await stream.NextAsync();
        await wired.ApiAsync("DELETE", $"/keys/{key.Info.Id}");
        await stream.EndsAsync();
        Assert.Equal(HttpStatusCode.NoContent, (await wired.SendAsync("GET", path, null, nobody)).Status);
    }

    [Fact]
    public async Task A_rotated_key_has_another_token_and_another_tag_so_that_pages_learn_it()
    {
        MintedKey key = await wired.Server.MintAsync("evaluate");
        using HttpClient old = wired.Server.Client(key.Key);
        string before = (await wired.OfrepAsync("", http: old)).Header("ETag")!, path = await RefetchStream.PathAsync(old);
        MintedKey rotated = JsonSerializer.Deserialize(await wired.ApiAsync("POST", $"/keys/{key.Info.Id}/rotate", "{}"), FlagsJson.Default.MintedKey)!;
        using HttpClient http = wired.Server.Client(rotated.Key);
        Assert.Equal(HttpStatusCode.OK, (await wired.OfrepAsync("", "{}", http, ("If-None-Match", before))).Status);
        Assert.NotEqual(path, await RefetchStream.PathAsync(http));
    }

    [Fact]
    public async Task Streams_are_accepted_while_the_database_is_away_and_speak_when_it_is_back()
    {
        await using Relay relay = Relay.To(await TestServer.CreateDatabaseAsync());
        await using TestServer server = await TestServer.StartAsync(relay.ConnectionString);
        using HttpClient http = await server.ClientAsync("evaluate");
        string path = await RefetchStream.PathAsync(http);
        relay.Cut();
        await Eventually.TrueAsync(async () => (await http.GetAsync("/readyz")).StatusCode == HttpStatusCode.ServiceUnavailable, "the database is away");
        HttpResponseMessage reply = await http.PostAsync("/ofrep/v1/evaluate/flags/nobody_known", new StringContent("{}"));
        Assert.Equal((HttpStatusCode.NotFound, true), (reply.StatusCode, reply.Headers.Contains("Flags-Stale")));
        using HttpClient unknown = server.Client(Store.KeySecret.New("abcdefgh"));
        reply = await unknown.PostAsync("/ofrep/v1/evaluate/flags", new StringContent("{}"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "2"), (reply.StatusCode, reply.Headers.RetryAfter?.ToString()));
        Assert.StartsWith("{\"errorDetails\":", await reply.Content.ReadAsStringAsync());
        reply = await http.PostAsync("/flipper/features/x/boolean", null);
        Assert.Equal(HttpStatusCode.Forbidden, reply.StatusCode);
        reply = await server.Http.PostAsync("/flipper/features/x/boolean", null);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "2"), (reply.StatusCode, reply.Headers.RetryAfter?.ToString()));
        Assert.StartsWith("{\"code\":150,", await reply.Content.ReadAsStringAsync());
        await using RefetchStream stream = await RefetchStream.OpenAsync(http, path, "1:1");
        await stream.NextAsync();
        relay.Mend();
        await Eventually.TrueAsync(async () => (await server.Http.PostAsync("/flipper/features/back/boolean", null)).IsSuccessStatusCode, "writes again");
        await stream.NextAsync();
    }
}
