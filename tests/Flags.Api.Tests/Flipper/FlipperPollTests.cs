using System.Net;
using System.Text;
using System.Text.Json;
using Flags.Core;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>Clients that poll, and the Cloud client.</summary>
public sealed class FlipperPollTests(Wired wired) : IClassFixture<Wired>
{
    private const string List = "/features?exclude_gate_names=true";

    [Fact]
    public async Task A_poll_without_news_is_304_with_the_headers_that_clients_read()
    {
        await wired.FlipperAsync("POST", "/features/polled/boolean");
        WireReply first = await wired.FlipperAsync("GET", List);
        string tag = first.Header("ETag")!;
        Assert.Matches("^W/\"[0-9a-f]{32}\"$", tag);
        foreach (string known in (string[])[tag, tag[2..], $"\"other\", {tag}", "*"])
        {
            WireReply same = await wired.FlipperAsync("GET", List + "&_cb=123", null, null, ("If-None-Match", known));
            Assert.Equal((HttpStatusCode.NotModified, "", tag, "30", "Accept-Encoding"), (same.Status, same.Body, same.Header("ETag"), same.Header("poll-interval"), same.Header("Vary")));
            Assert.Equal(["max-age=0", "must-revalidate", "private"], same.Header("Cache-Control")!.Split(", ").Order());
            Assert.Equal(first.Header("flipper-sync-version"), same.Header("flipper-sync-version"));
            Assert.Null(same.Header("poll-shutdown"));
        }

        await wired.FlipperAsync("POST", "/features/polled/actors", """{"flipper_id":"x"}""");
        WireReply changed = await wired.FlipperAsync("GET", List, null, null, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.True(Version(changed) > Version(first));
        Assert.NotNull((await wired.FlipperAsync("GET", "/features/polled")).Header("ETag"));
        Assert.Null((await wired.FlipperAsync("GET", "/actors/x")).Header("ETag"));
    }

    [Fact]
    public async Task The_tag_is_of_what_the_key_sees()
    {
        await wired.FlipperAsync("POST", "/features/seen_1/boolean");
        using HttpClient some = await wired.Server.ClientAsync("read", "seen_*");
        string all = (await wired.FlipperAsync("GET", List)).Header("ETag")!;
        WireReply mine = await wired.FlipperAsync("GET", List, http: some);
        await wired.FlipperAsync("POST", "/features/unseen/boolean");
        Assert.Equal(HttpStatusCode.NotModified, (await wired.FlipperAsync("GET", List, null, some, ("If-None-Match", mine.Header("ETag")!))).Status);
        Assert.Equal(HttpStatusCode.OK, (await wired.FlipperAsync("GET", List, null, null, ("If-None-Match", all))).Status);
    }

    [Fact]
    public async Task A_hold_that_expires_moves_the_number_that_clients_compare()
    {
        await wired.FlipperAsync("POST", "/features/expiring/boolean");
        var id = Guid.NewGuid();
        await wired.ApiAsync("PUT", $"/holds/{id}", """{"features":["expiring"],"reason":"v1","ttl":"30m"}""");
        WireReply held = await wired.FlipperAsync("GET", List);
        Assert.Equal("expiring", held.Header("Flags-Held"));
        // Over now, and not before it was seen.
        await wired.Server.SqlAsync<int>($"update flags.holds set expires_at = clock_timestamp() where id = '{id}' returning 1");
        WireReply open = held;
        await Eventually.TrueAsync(async () => (open = await wired.FlipperAsync("GET", List)).Header("Flags-Held") is null, "the hold has expired");
        Assert.True(Version(open) > Version(held));
    }

    [Fact]
    public async Task A_restore_to_an_older_version_never_takes_the_number_back()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.Http.PostAsync("/flipper/features/a/boolean", null);
        // Years of changes, then a dump from the first day.
        await server.SqlAsync<long>("update flags.counter set version = version + 2000000 returning version");
        long before = await VersionAsync(server);
        await server.SqlAsync<int>("with c as (update flags.counter set version = 3 returning 1) update flags.generation set start_seconds = start_seconds + 1 returning 1");
        await Eventually.TrueAsync(async () => await VersionAsync(server) != before, "the generation is seen");
        Assert.True(await VersionAsync(server) > before);
    }

    [Fact]
    public async Task The_Cloud_client_pushes_polls_and_reports()
    {
        MintedKey key = await wired.Server.MintAsync("read write evaluate");
        using HttpClient cloud = wired.Server.Client(null);
        (string, string)[] headers = [("Flipper-Cloud-Token", key.Key), ("Accept-Encoding", "gzip"), ("User-Agent", "Flipper Cloud")];
        byte[] export = Wired.Zip("""{"version":1,"features":{"cloudy":{"boolean":"true"},"other":{"actors":["User;1"]}}}""");
        Assert.Equal(HttpStatusCode.NoContent, (await wired.SendAsync("POST", "/adapter/adapter/import", export, cloud, [.. headers, ("Content-Encoding", "gzip")])).Status);
        WireReply list = await wired.SendAsync("GET", "/adapter" + List, null, cloud, headers);
        Assert.True(list.WasZipped);
        Assert.StartsWith("""{"features":[{"key":"cloudy","state":"on",""", list.Body);

        byte[] report = Wired.Zip("""{"request_id":"r","enabled_metrics":[{"key":"cloudy","time":1795215840,"result":true,"value":3},{"key":"cloudy","time":1795215840,"result":false,"value":2},{"key":"never_heard","time":1,"result":true,"value":1}]}""");
        WireReply told = await wired.SendAsync("POST", "/adapter/telemetry", report, cloud, [.. headers, ("Content-Encoding", "gzip"), ("Content-Type", "application/json"), ("schema-version", "V1")]);
        Assert.Equal((HttpStatusCode.NoContent, "60"), (told.Status, told.Header("telemetry-interval")));
        UsageInfo usage = JsonSerializer.Deserialize(await wired.ApiAsync("GET", "/features/cloudy/usage"), FlagsJson.Default.UsageInfo)!;
        Assert.Equal((3, 2, key.Info.Name), (usage.On, usage.Off, usage.LastEvaluatedBy));
        await wired.ApiAsync("GET", "/features/never_heard", expected: HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 400)]
    [InlineData("""{"enabled_metrics":[{"key":1,"result":true,"value":1}]}""", 400)]
    [InlineData("""{"enabled_metrics":[{"key":"a","result":true,"value":-1}]}""", 400)]
    [InlineData("""{"enabled_metrics":[{"key":"a","result":true,"value":1.5}]}""", 400)]
    public async Task A_report_that_cannot_be_read_counts_nothing(string json, int status)
    {
        string name = $"counted_{Guid.NewGuid():N}";
        await wired.FlipperAsync("POST", $"/features/{name}/boolean");
        string sent = json.Replace("[{", $$"""[{"key":"{{name}}","result":true,"value":1},{""", StringComparison.Ordinal);
        Assert.Equal(status, (int)(await wired.SendAsync("POST", "/adapter/telemetry", Encoding.UTF8.GetBytes(sent))).Status);
        Assert.Equal(0, JsonSerializer.Deserialize(await wired.ApiAsync("GET", $"/features/{name}/usage"), FlagsJson.Default.UsageInfo)!.On);
    }

    [Theory]
    [InlineData(10_000, 204)]
    [InlineData(10_001, 422)]
    [InlineData(40_000, 413)]
    public async Task A_report_has_at_most_ten_thousand_metrics(int count, int status)
    {
        string report = $$"""{"enabled_metrics":[{{string.Join(",", Enumerable.Repeat("""{"key":"nobody","result":true,"value":1}""", count))}}]}""";
        Assert.Equal(status, (int)(await wired.SendAsync("POST", "/adapter/telemetry", Wired.Zip(report), null, ("Content-Encoding", "gzip"))).Status);
    }

    private static long Version(WireReply reply) => long.Parse(reply.Header("flipper-sync-version")!);

    private static async Task<long> VersionAsync(TestServer server)
    {
        using HttpResponseMessage response = await server.Http.GetAsync("/flipper/features");
        return long.Parse(response.Headers.GetValues("flipper-sync-version").Single());
    }
}
