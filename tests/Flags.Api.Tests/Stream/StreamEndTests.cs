using System.Diagnostics;
using System.Net;
using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flags.Api.Tests;

public sealed class StreamEndTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_stopping_server_ends_its_streams_at_once()
    {
        // Streams that did not end by themselves would be broken off at the end of this time.
        TestServer server = await TestServer.StartAsync(configure: services => services.Configure<HostOptions>(host => host.ShutdownTimeout = Eventually.Deadline));
        EventReader[] streams = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => EventReader.OpenAsync(server.Client(TestServer.AdminKey))))];
        foreach (EventReader stream in streams)
            await stream.NextAsync();
        var stopping = Stopwatch.StartNew();
        await server.DisposeAsync();
        output.WriteLine($"stopped with 20 open streams in {stopping.ElapsedMilliseconds} ms (promised: 2 000 ms)");
        foreach (EventReader stream in streams)
        {
            await stream.EndsAsync();
            await stream.DisposeAsync();
        }
    }

    [Fact]
    public async Task More_streams_than_a_server_can_hold_are_told_to_poll_and_a_closed_one_makes_room()
    {
        await using TestServer server = await TestServer.StartAsync();
        server.Services.GetRequiredService<ChangeStreams>().Most = 2;
        EventReader first = await EventReader.OpenAsync(server.Http);
        await using EventReader second = await EventReader.OpenAsync(server.Http);
        using HttpResponseMessage refused = await server.Http.GetAsync(new Uri("/api/v1/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("If-None-Match", Api.Problem(await refused.Content.ReadAsStringAsync(), HttpStatusCode.ServiceUnavailable).Next);
        Assert.NotNull(refused.Headers.RetryAfter);
        await first.DisposeAsync();
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage again = await server.Http.GetAsync(new Uri("/api/v1/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            return again.StatusCode == HttpStatusCode.OK;
        }, "there is room again");
    }

    [Fact]
    public async Task A_stream_ends_when_its_key_expires()
    {
        var time = new FakeTime();
        await using TestServer server = await TestServer.StartAsync(configure: services => services.AddSingleton<TimeProvider>(time));
        ChangeFeed feed = server.Services.GetRequiredService<ChangeFeed>();
        await feed.NewestAsync(CancellationToken.None);
        using var body = new StringContent("""{"name":"short","permissions":["evaluate"],"expiresIn":"1h"}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage minted = await server.Http.PostAsync(new Uri("/api/v1/keys", UriKind.Relative), body);
        MintedKey key = System.Text.Json.JsonSerializer.Deserialize(await minted.Content.ReadAsStringAsync(), FlagsJson.Default.MintedKey)!;
        await using EventReader stream = await EventReader.OpenAsync(server.Client(key.Key));
        // Loaded once more after the hour, the key would be good for another.
        long keys = await server.SqlAsync<long>("select auth_version from flags.counter");
        await Eventually.TrueAsync(async () => (await feed.NewestAsync(CancellationToken.None)).AuthVersion == keys, "the minted key was told");
        await Eventually.TrueAsync(() => time.Pauses.Contains(TimeSpan.FromSeconds(8)), "the stream waits");
        Task ends = stream.EndsAsync();
        time.Advance(TimeSpan.FromHours(1));
        await Eventually.TrueAsync(() =>
        {
            // The ping that finds it out may be the one after.
            time.Advance(TimeSpan.FromSeconds(8));
            return ends.IsCompleted;
        }, "the stream has ended");
        await ends;
    }
}
