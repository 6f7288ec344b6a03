using System.Net;
using System.Text;
using System.Text.Json;

namespace Flags.Api.Tests;

/// <summary>Refusals of OFREP: its own shapes, also without a key, without a permission, and too large.</summary>
public sealed class OfrepBadInputTests(Wired wired) : IClassFixture<Wired>
{
    private static readonly string Deep = string.Concat(Enumerable.Repeat("{\"context\":", 33)) + "1" + new string('}', 33);

    public static TheoryData<string, string> Bodies => new()
    {
        { "", "PARSE_ERROR" }, { "{", "PARSE_ERROR" }, { "{} x", "PARSE_ERROR" }, { Deep, "PARSE_ERROR" }, { new string('[', 10_000), "PARSE_ERROR" }, { """{"context":{"a":"\ud800"}}""", "PARSE_ERROR" },
        { "[]", "INVALID_CONTEXT" }, { "null", "INVALID_CONTEXT" }, { "1", "INVALID_CONTEXT" }, { """{"context":[]}""", "INVALID_CONTEXT" }, { """{"context":"x"}""", "INVALID_CONTEXT" }, { """{"context":{"targetingKey":1}}""", "INVALID_CONTEXT" }, { """{"context":{"targetingKey":["x"]}}""", "INVALID_CONTEXT" },
        { $$$"""{"context":{"targetingKey":"{{{new string('x', 1025)}}}"}}""", "INVALID_CONTEXT" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_is_no_context_is_400_with_its_code(string body, string code)
    {
        WireReply single = await wired.OfrepAsync("/jobs_processing", body), bulk = await wired.OfrepAsync("", body);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, "application/json"), (single.Status, bulk.Status, single.Type));
        Assert.Equal(["key", "errorCode", "errorDetails"], Members(single));
        Assert.Equal(["errorCode", "errorDetails"], Members(bulk));
        Assert.Contains($"\"errorCode\":\"{code}\"", single.Body);
        Assert.Contains($"\"errorCode\":\"{code}\"", bulk.Body);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"context":null}""")]
    [InlineData("""{"context":{}}""")]
    [InlineData("""{"context":{"targetingKey":null}}""")]
    [InlineData("""{"context":{"targetingKey":""},"more":1}""")]
    [InlineData("""{"context":{"a":{"b":[1,2,{"c":null}]}}}""")]
    public async Task A_context_without_a_targeting_key_is_fine(string body)
    {
        Assert.Equal(HttpStatusCode.OK, (await wired.OfrepAsync("/jobs_processing", body)).Status);
        Assert.Equal(HttpStatusCode.OK, (await wired.SendAsync("POST", "/ofrep/v1/evaluate/flags/", Encoding.UTF8.GetBytes(body), null, ("Content-Type", "text/plain"))).Status);
    }

    [Fact]
    public async Task What_is_not_there_or_not_allowed_says_so()
    {
        WireReply unknown = await wired.OfrepAsync("/no%20pe");
        Assert.Equal((HttpStatusCode.NotFound, """{"key":"no pe","errorCode":"FLAG_NOT_FOUND","errorDetails":"There is no feature \"no pe\"; it counts as off."}"""), (unknown.Status, unknown.Body));
        WireReply broken = await wired.OfrepAsync("/%GG");
        Assert.Equal(HttpStatusCode.BadRequest, broken.Status);
        Assert.StartsWith("""{"key":"%GG","errorCode":"PARSE_ERROR",""", broken.Body);
        foreach ((string method, string path, int status, string? allow) in ((string, string, int, string?)[])
            [("GET", "/evaluate/flags", 405, "POST"), ("GET", "/evaluate/flags/x", 405, "POST"), ("OPTIONS", "/evaluate/flags", 405, "POST"), ("POST", "/stream", 405, "GET"), ("GET", "/configuration", 404, null), ("POST", "/evaluate", 404, null), ("POST", "", 404, null)])
            AssertPlain(await wired.SendAsync(method, "/ofrep/v1" + path), status, allow);
        AssertPlain(await wired.OfrepAsync("", new string(' ', 256 * 1024) + "{}"), 413, null);
        AssertPlain(await wired.SendAsync("POST", "/ofrep/v1/evaluate/flags", Wired.Zip(new byte[1024 * 1024]), null, ("Content-Encoding", "gzip")), 413, null);
    }

    [Fact]
    public async Task Keys_are_needed_and_respected()
    {
        using HttpClient nobody = wired.Server.Client(null), reader = await wired.Server.ClientAsync("read write lease"), some = await wired.Server.ClientAsync("evaluate", "mine_*");
        string key = (await wired.Server.MintAsync("evaluate")).Key;
        await wired.ApiAsync("POST", "/features", """{"name":"mine_1"}""");
        foreach (string path in (string[])["", "/jobs_processing"])
        {
            WireReply none = await wired.OfrepAsync(path, http: nobody);
            Assert.Equal("Bearer", none.Header("WWW-Authenticate"));
            AssertPlain(none, 401, null);
            AssertPlain(await wired.OfrepAsync(path, http: nobody, headers: ("Authorization", "Basic " + key)), 401, null);
            AssertPlain(await wired.OfrepAsync(path, http: reader), 403, null);
            Assert.Equal(HttpStatusCode.OK, (await wired.OfrepAsync(path, http: nobody, headers: ("X-API-Key", key))).Status);
            Assert.Equal(HttpStatusCode.OK, (await wired.OfrepAsync(path, http: nobody, headers: ("Authorization", "bearer " + key))).Status);
        }

        AssertPlain(await wired.OfrepAsync("/jobs_processing", http: some), 403, null);
        Assert.Equal(["mine_1"], JsonDocument.Parse((await wired.OfrepAsync("", http: some)).Body).RootElement.GetProperty("flags").EnumerateArray().Select(f => f.GetProperty("key").GetString()));
    }

    private static void AssertPlain(WireReply reply, int status, string? allow)
    {
        Assert.Equal((status, allow, "application/json"), ((int)reply.Status, reply.Header("Allow"), reply.Type));
        Assert.Equal(["errorDetails"], Members(reply));
    }

    private static IEnumerable<string> Members(WireReply reply) => JsonDocument.Parse(reply.Body).RootElement.EnumerateObject().Select(member => member.Name);
}
