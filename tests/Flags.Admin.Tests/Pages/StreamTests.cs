using System.Net;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>On a server of their own: every stream is told of every hold.</summary>
public sealed class StreamTests(DeployServer own) : IClassFixture<DeployServer>
{
    [Fact]
    public async Task A_stream_says_that_a_watched_feature_changed_and_nothing_of_others()
    {
        await own.Server.CreateAsync("stream_a");
        await own.Server.CreateAsync("stream_b");
        using PageClient client = await own.Server.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/stream_a");
        string topic = page.Document.QuerySelector("#history-card")!.GetAttribute("data-topic")!;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/events?topics=" + topic);
        using HttpResponseMessage response = await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no", response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.DoesNotContain("Set-Cookie", response.Headers.Select(h => h.Key));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Contains("\"seen\"", await DataAsync(reader, "hello"), StringComparison.Ordinal);
        await SwitchAsync(client, "stream_b");
        await SwitchAsync(client, "stream_a");
        Assert.Equal($$"""{"topics":["{{topic}}"],"spread":0}""", await DataAsync(reader, "change"));
    }

    [Fact]
    public async Task Whoever_reads_the_audit_is_told_of_every_row()
    {
        await own.Server.CreateAsync("stream_audit");
        using PageClient client = await own.Server.SignInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/events?topics=audit");
        using HttpResponseMessage response = await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await DataAsync(reader, "hello");
        await own.Server.MintAsync("read");
        Assert.Contains("\"audit\"", await DataAsync(reader, "change"), StringComparison.Ordinal);
        await SwitchAsync(client, "stream_audit");
        Assert.Contains("\"audit\"", await DataAsync(reader, "change"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_without_a_session_gets_a_stream()
    {
        using var stranger = new PageClient(own.Server.Address);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("/admin/events?topics=features")).Status);
    }

    /// <summary>It may be open for half an hour, beside hundreds of others.</summary>
    [Fact]
    public async Task An_open_stream_keeps_no_unit_of_work()
    {
        using var log = new EfLog();
        await using TestServer counted = await log.StartAsync();
        await counted.AddPersonAsync("anna", "viewer");
        using PageClient client = await counted.SignInAsync();
        int before = log.Units;
        using HttpResponseMessage response = await client.Http.GetAsync("/admin/events?topics=features", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await DataAsync(reader, "hello");
        Assert.True(log.Units > before, "the stream's stamp was not compared");
        await Eventually.TrueAsync(() => log.OpenUnits == 0, "all units of work have ended");
    }

    private static async Task SwitchAsync(PageClient client, string name) =>
        await client.SubmitAsync((await client.GetAsync("/admin/features/" + name)).FormOf("#turn-on"), "turn-on");

    private static async Task<string> DataAsync(StreamReader reader, string name)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line == "event: " + name)
                return (await reader.ReadLineAsync(deadline.Token))!["data: ".Length..];
        }

        throw new InvalidOperationException($"The stream ended before {name}.");
    }
}
