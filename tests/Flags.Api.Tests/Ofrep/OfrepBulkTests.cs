using System.Net;
using System.Text.Json;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>All features at once, as web providers ask.</summary>
public sealed class OfrepBulkTests(Wired wired) : IClassFixture<Wired>
{
    [Fact]
    public async Task The_answer_has_everything_sorted_and_where_to_listen()
    {
        foreach (string name in (string[])["zebra", "alpha", "é"])
            await wired.ApiAsync("POST", "/features", $$"""{"name":"{{name}}"}""");
        WireReply reply = await wired.OfrepAsync("");
        JsonElement bulk = JsonDocument.Parse(reply.Body).RootElement;
        string[] keys = [.. bulk.GetProperty("flags").EnumerateArray().Select(f => f.GetProperty("key").GetString()!)];
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
        Assert.Empty(((string[])["alpha", "zebra", "é", "jobs_processing"]).Except(keys));
        Assert.Matches("^[0-9a-f]+$", bulk.GetProperty("metadata").GetProperty("generation").GetString());
        Assert.True(bulk.GetProperty("metadata").GetProperty("version").GetInt64() > 1);
        JsonElement stream = Assert.Single(bulk.GetProperty("eventStreams").EnumerateArray());
        Assert.Equal(("sse", 120), (stream.GetProperty("type").GetString(), stream.GetProperty("inactivityDelaySec").GetInt32()));
        Assert.Matches("^/ofrep/v1/stream\\?token=s_setup\\.[A-Za-z0-9_-]{43}$", stream.GetProperty("endpoint").GetProperty("requestUri").GetString());
        Assert.DoesNotContain(TestServer.AdminKey, reply.Body);
        Assert.Equal("no-store", reply.Header("Cache-Control"));
    }

    [Fact]
    public async Task The_tag_differs_between_contexts_with_different_answers_and_only_then()
    {
        await wired.ApiAsync("POST", "/features", """{"name":"planned"}""");
        await wired.ApiAsync("PATCH", "/features/planned/gates", """{"expression":{"Equal":[{"Property":["plan"]},"pro"]}}""");
        const string Pro = """{"context":{"targetingKey":"u","plan":"pro"}}""", Basic = """{"context":{"targetingKey":"u","plan":"basic"}}""", Other = """{"context":{"targetingKey":"v","plan":"basic"}}""";
        string tag = (await wired.OfrepAsync("", Pro)).Header("ETag")!;
        Assert.Matches("^\"[0-9a-f]{32}\"$", tag);
        // The web provider keeps its tag when an attribute changes.
        Assert.Equal(HttpStatusCode.OK, (await wired.OfrepAsync("", Basic, null, ("If-None-Match", tag))).Status);
        Assert.Equal((await wired.OfrepAsync("", Basic)).Header("ETag"), (await wired.OfrepAsync("", Other)).Header("ETag"));
        foreach (string known in (string[])[tag, "W/" + tag, $"\"x\", {tag}", "*"])
        {
            WireReply same = await wired.OfrepAsync("?flagConfigEtag=6f1c%3A1&flagConfigLastModified=1795215840", Pro, null, ("If-None-Match", known));
            Assert.Equal((HttpStatusCode.NotModified, "", tag), (same.Status, same.Body, same.Header("ETag")));
        }
    }

    [Fact]
    public async Task A_hold_and_its_end_are_news_and_then_the_old_answer()
    {
        string before = (await wired.OfrepAsync("")).Header("ETag")!, id = Guid.NewGuid().ToString();
        await wired.ApiAsync("PUT", $"/holds/{id}", """{"features":["jobs_processing"],"reason":"v42"}""");
        WireReply held = await wired.OfrepAsync("", "{}", null, ("If-None-Match", before));
        Assert.Contains("\"held\":true", held.Body);
        Assert.Equal(held.Header("ETag"), (await wired.OfrepAsync("")).Header("ETag"));
        await wired.ApiAsync("DELETE", $"/holds/{id}");
        Assert.Equal(before, (await wired.OfrepAsync("")).Header("ETag"));
    }

    [Fact]
    public async Task A_share_of_time_is_drawn_once_a_context_and_version_and_fairly()
    {
        await wired.ApiAsync("POST", "/features", """{"name":"sometimes"}""");
        await wired.ApiAsync("PATCH", "/features/sometimes/gates", """{"percentageOfTime":50}""");
        int on = 0;
        for (int i = 0; i < 100; i++)
        {
            string context = $$$"""{"context":{"targetingKey":"User;{{{i}}}"}}""";
            WireReply first = await wired.OfrepAsync("", context);
            Assert.Equal(HttpStatusCode.NotModified, (await wired.OfrepAsync("", context, null, ("If-None-Match", first.Header("ETag")!))).Status);
            on += first.Body.Contains("""{"key":"sometimes","value":true""", StringComparison.Ordinal) ? 1 : 0;
        }

        // Binomial: outside this range less than once in ten million runs.
        Assert.InRange(on, 24, 76);
        // The other tests compare answers to different contexts.
        await wired.ApiAsync("DELETE", "/features/sometimes");
    }

    [Fact]
    public async Task A_configured_page_may_call_and_no_other()
    {
        const string Page = "https://app.example.org", Path = "/ofrep/v1/evaluate/flags";
        WireReply preflight = await wired.SendAsync("OPTIONS", Path, null, wired.Server.Client(null), ("Origin", Page), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type"));
        Assert.Equal((HttpStatusCode.NoContent, Page, "POST, GET", "authorization, content-type, if-none-match, x-api-key", (string?)null),
            (preflight.Status, preflight.Header("Access-Control-Allow-Origin"), preflight.Header("Access-Control-Allow-Methods"), preflight.Header("Access-Control-Allow-Headers"), preflight.Header("Access-Control-Allow-Credentials")));
        foreach (HttpClient http in (HttpClient[])[wired.Server.Http, wired.Server.Client(null)])
        {
            WireReply asked = await wired.OfrepAsync("", "{}", http, ("Origin", Page));
            Assert.Equal((Page, "ETag, Retry-After", "Origin"), (asked.Header("Access-Control-Allow-Origin"), asked.Header("Access-Control-Expose-Headers"), asked.Header("Vary")));
        }

        foreach (string other in (string[])["https://app.example.org.evil", "http://app.example.org", "null", "https://APP.example.org"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await wired.SendAsync("OPTIONS", Path, null, wired.Server.Client(null), ("Origin", other), ("Access-Control-Request-Method", "POST"))).Status);
            Assert.Null((await wired.OfrepAsync("", "{}", null, ("Origin", other))).Header("Access-Control-Allow-Origin"));
        }

        Assert.Null((await wired.FlipperAsync("GET", "/features", null, null, ("Origin", Page))).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_configured_rate_is_kept_by_each_key_for_itself()
    {
        await using TestServer server = await TestServer.StartAsync(settings: new Dictionary<string, string?> { ["Flags:Ofrep:CallsPerSecond"] = "3", ["Flags:Cors:Origins"] = "*", ["Flags:PublicUrl"] = "https://flags.example.org/flags/" });
        using HttpClient busy = await server.ClientAsync("evaluate"), calm = await server.ClientAsync("evaluate");
        HttpResponseMessage? refused = null;
        for (int i = 0; i < 100 && refused is null; i++)
        {
            HttpResponseMessage response = await PostAsync(busy);
            refused = response.StatusCode == HttpStatusCode.TooManyRequests ? response : null;
        }

        Assert.Equal(("1", "*"), (refused?.Headers.RetryAfter?.ToString(), refused?.Headers.GetValues("Access-Control-Allow-Origin").Single() is "https://any.example.org" ? "*" : null));
        Assert.StartsWith("{\"errorDetails\":", await refused!.Content.ReadAsStringAsync());
        HttpResponseMessage answered = await PostAsync(calm);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        // Behind a proxy that serves it below a path.
        Assert.Contains("\"requestUri\":\"/flags/ofrep/v1/stream?token=", await answered.Content.ReadAsStringAsync());
        await Eventually.TrueAsync(async () => (await PostAsync(busy)).StatusCode == HttpStatusCode.OK, "the key may ask again");
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient http)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/ofrep/v1/evaluate/flags") { Content = new StringContent("{}") };
        request.Headers.Add("Origin", "https://any.example.org");
        return http.SendAsync(request);
    }
}
