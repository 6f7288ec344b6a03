using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Flags.Api.Tests;

/// <summary>Whatever is sent on Flipper's wire: its own error shape, never a 500, never problem+json, and nothing is written.</summary>
public sealed class FlipperBadInputTests(Wired wired) : IClassFixture<Wired>
{
    private const string Json = "application/json", Form = "application/x-www-form-urlencoded";

    private static readonly string[] Writes =
        ["POST /features", "POST /features/bad/boolean", "DELETE /features/bad/boolean", "POST /features/bad/actors", "DELETE /features/bad/groups", "POST /features/bad/percentage_of_time", "POST /features/bad/expression", "DELETE /features/bad/expression", "DELETE /features/bad", "DELETE /features/bad/clear", "POST /features/bad/deny_actors"];

    public static TheoryData<string> Routes => [.. Writes];

    [Theory]
    [MemberData(nameof(Routes))]
    public Task A_body_that_cannot_be_read_is_refused_also_where_nothing_of_it_is_needed(string route) => RefusesAsync(route,
        (Text("{nope"), Json, 400), (Text("[]"), Json, 400), (Text("1"), Json, 400), (Text("null"), Json, 400), (Text("{} x"), Json, 400), (Text("{,}"), Json, 400), (Text("\0"), Json, 400),
        (Text(new string('[', 10_000)), Json, 400), (Text(string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65)), Json, 400),
        (Text("""{"flipper_id":"\ud800"}"""), Json, 400), ([.. "{\"name\":\""u8, 0xFF, .. "\"}"u8], Json, 400), (Text("""{"percentage":1e400}"""), Json, 400),
        (Text("a=%GG"), Form, 400), (Text("a=%FF"), Form, 400), (Text("a=1&a[]=2"), Form, 400), ([0x61, 0x3D, 0xFF], Form, 400), (Text("x"), "multipart/form-data", 400), (Text("x"), "multipart/form-data; boundary=b", 400));

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Sizes_are_bounded_before_and_after_compression(string route)
    {
        const int Most = 256 * 1024;
        byte[] large = Text("{\"x\":\"" + new string('a', Most) + "\"}"), spaces = Text("{}" + new string(' ', Most)), bomb = Wired.Zip(new byte[64 * 1024 * 1024]);
        await UnchangedAsync(async () =>
        {
            foreach ((byte[] body, bool gzip) in ((byte[], bool)[])[(large, false), (spaces, false), (bomb, true), (Wired.Zip(large), true)])
            {
                WireReply reply = await SendAsync(route, body, gzip ? [("Content-Encoding", "gzip")] : []);
                Assert.Equal((HttpStatusCode.RequestEntityTooLarge, 113), (reply.Status, Code(reply)));
                Assert.Contains(Most.ToString(CultureInfo.InvariantCulture), reply.Body);
            }

            Assert.Equal((HttpStatusCode.BadRequest, 8), await StatusAsync(route, Text("{}"), "gzip"));
            Assert.Equal((HttpStatusCode.BadRequest, 8), await StatusAsync(route, Wired.Zip("{nope"), "gzip"));
            Assert.Equal((HttpStatusCode.UnsupportedMediaType, 8), await StatusAsync(route, Text("{}"), "br"));
            Assert.Equal((HttpStatusCode.UnsupportedMediaType, 8), await StatusAsync(route, Text("{}"), "gzip, gzip"));
        });
    }

    [Fact]
    public async Task Limits_of_names_ids_and_sets_are_stated()
    {
        await wired.FlipperAsync("POST", "/features/full/boolean");
        await wired.ApiAsync("PATCH", "/features/full/gates", $$"""{"actors":{"add":[{{string.Join(",", Enumerable.Range(0, 10_000).Select(i => $"\"{i}\""))}}]},"groups":{"add":[{{string.Join(",", Enumerable.Range(0, 100).Select(i => $"\"{i}\""))}}]} }""");
        string long256 = new('n', 256), long255 = new('n', 255);
        await UnchangedAsync(async () =>
        {
            foreach ((string path, string json, string limit) in ((string, string, string)[])
                [("/features", $$"""{"name":"{{long256}}"}""", "255"), ($"/features/{long256}/boolean", "{}", "255"), ("/features/full/actors", $$"""{"flipper_id":"{{new string('a', 1025)}}"}""", "1024"),
                    ("/features/full/actors", """{"flipper_id":"more"}""", "10000"), ("/features/full/groups?allow_unregistered_groups=true", """{"name":"more"}""", "100"), ("/features/full/actors", """{"flipper_id":"a\u0000"}""", "U+0000")])
            {
                WireReply reply = await wired.FlipperAsync("POST", path, json);
                Assert.Equal((limit, HttpStatusCode.UnprocessableEntity, 113), (limit, reply.Status, Code(reply)));
                Assert.Contains(limit, reply.Body);
            }
        });
        Assert.Equal(HttpStatusCode.OK, (await wired.FlipperAsync("POST", $"/features/{long255}/boolean")).Status);
    }

    [Fact]
    public async Task A_refused_expression_says_why_in_a_header()
    {
        await UnchangedAsync(async () =>
        {
            foreach ((string json, string why) in ((string, string)[])
                [("""{"Equal":[1]}""", "Equal takes 2 arguments"), ("""{"Nope":[]}""", "Nope is not a function"), ("""{"equal":[1,1]}""", "equal is not a function"), ("""{"All":[{"Any":[]}]}""", "All[0].Any"),
                    (string.Concat(Enumerable.Repeat("{\"All\":[", 17)) + "{\"Now\":[]}" + string.Concat(Enumerable.Repeat("]}", 17)), "16 functions deep"), ($$"""{"All":[{{string.Join(",", Enumerable.Repeat("{\"Now\":[]}", 256))}}]}""", "256 functions"), ("""{"Equal":["\u0000",1]}""", "U+0000")])
            {
                WireReply reply = await wired.FlipperAsync("POST", "/features/bad/expression", json);
                Assert.Equal((HttpStatusCode.UnprocessableEntity, 7), (reply.Status, Code(reply)));
                Assert.Contains(why, Uri.UnescapeDataString(reply.Header("Flags-Detail")!));
            }

            foreach (string? type in (string?[])[null, Form, "text/plain"])
                Assert.Equal(7, Code(await wired.SendAsync("POST", "/flipper/features/bad/expression", Text("""{"Now":[]}"""), null, type is null ? [] : [("Content-Type", type)])));
        });
    }

    [Fact]
    public Task A_refused_import_says_why_and_changes_nothing() => UnchangedAsync(async () =>
    {
        foreach ((string json, string why) in ((string, string)[])
            [("", ""), ("{", ""), ("[]", "features"), ("{}", "features"), ("""{"features":[]}""", "features"), ("""{"features":null}""", "features"), ("""{"version":2,"features":{}}""", "version"), ("""{"features":{"a":null}}""", "features.a"), ("""{"features":{"a":[]}}""", "features.a"),
                ("""{"features":{"ok":{"boolean":true},"a":{"surprise":1}}}""", "features.a.surprise"), ("""{"features":{"a":{"actors":"x"}}}""", "features.a.actors"), ("""{"features":{"a":{"actors":[1]}}}""", "features.a.actors"), ("""{"features":{"a":{"percentage_of_time":101}}}""", "features.a.percentage_of_time"), ("""{"features":{"a":{"percentage_of_time":"-1"}}}""", "features.a"),
                ("""{"features":{"exp":{"expression":{"Equal":[1]}}}}""", "features.exp.expression: Equal takes 2 arguments"), ("""{"features":{"":{}}}""", "features."), ($$"""{"features":{"{{new string('n', 256)}}":{} } }""", "255"), ("""{"features":{"a\u0000":{}}}""", "U+0000"), ("""{"features":{"a":{},"a":{}}}""", "twice"), ($$"""{"features":{"a":{"actors":["{{new string('a', 1025)}}"]} } }""", "1024"), ("""{"features":{"a":{"actors":["\ud800"]}}}""", "")])
        {
            WireReply reply = await wired.FlipperAsync("POST", "/import", json);
            Assert.Equal((json, HttpStatusCode.UnprocessableEntity, 6), (json, reply.Status, Code(reply)));
            Assert.Contains(why, Uri.UnescapeDataString(reply.Header("Flags-Detail")!));
        }

        byte[] large = Text($$"""{"features":{ {{new string(' ', 5 * 1024 * 1024)}} } }""");
        Assert.Equal(113, Code(await wired.SendAsync("POST", "/flipper/import", large)));
        Assert.Equal(113, Code(await wired.SendAsync("POST", "/flipper/import", Wired.Zip(large), null, ("Content-Encoding", "gzip"))));
        Assert.Equal(8, Code(await wired.SendAsync("POST", "/flipper/import", Text("{}"), null, ("Content-Encoding", "gzip"))));
    });

    [Theory]
    [InlineData("/features?keys=%", 200)]
    [InlineData("/features?keys[a][b][c]=1&=&&;;[]=3&[", 200)]
    [InlineData("/features?exclude_gates=%FF&exclude_gates=true", 200)]
    [InlineData("/features/%FF", 400)]
    [InlineData("/features/a%2", 400)]
    [InlineData("/features/a%ZZ/boolean", 400)]
    [InlineData("/actors/%C3", 400)]
    [InlineData("/actors/", 200)]
    [InlineData("/features/%E2%80%AE", 404)]
    public async Task Odd_targets_have_an_answer(string path, int status)
    {
        WireReply reply = await wired.FlipperAsync("GET", path);
        Assert.Equal((status, "application/json"), ((int)reply.Status, reply.Type));
        JsonDocument.Parse(reply.Body).Dispose();
    }

    [Fact]
    public async Task Deep_brackets_in_a_query_count_as_no_query()
    {
        string deep = "/features?exclude_gates=true&a" + string.Concat(Enumerable.Repeat("[b]", 101)) + "=1";
        Assert.Contains("gates", (await wired.FlipperAsync("GET", deep)).Body);
        Assert.DoesNotContain("\"gates\"", (await wired.FlipperAsync("GET", deep.Replace("[b][b]", "[b]"))).Body);
    }

    private async Task RefusesAsync(string route, params (byte[] Body, string Type, int Status)[] attacks) => await UnchangedAsync(async () =>
    {
        foreach ((byte[] body, string type, int status) in attacks)
        {
            WireReply reply = await SendAsync(route, body, [("Content-Type", type)]);
            Assert.Equal((Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 60))), status, 8), (Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 60))), (int)reply.Status, Code(reply)));
        }
    });

    private async Task UnchangedAsync(Func<Task> attack)
    {
        await wired.FlipperAsync("POST", "/features/bad/boolean");
        long[] before = await wired.CountersAsync();
        await attack();
        Assert.Equal(before, await wired.CountersAsync());
    }

    private async Task<(HttpStatusCode, int)> StatusAsync(string route, byte[] body, string encoding)
    {
        WireReply reply = await SendAsync(route, body, [("Content-Encoding", encoding)]);
        return (reply.Status, Code(reply));
    }

    private Task<WireReply> SendAsync(string route, byte[] body, (string, string)[] headers)
    {
        string[] parts = route.Split(' ');
        return wired.SendAsync(parts[0], "/flipper" + parts[1], body, null, headers.Any(h => h.Item1 == "Content-Type") ? headers : [("Content-Type", Json), .. headers]);
    }

    private static int Code(WireReply reply)
    {
        Assert.Equal("application/json", reply.Type);
        JsonElement error = JsonDocument.Parse(reply.Body).RootElement;
        Assert.Equal(["code", "message", "more_info"], error.EnumerateObject().Select(m => m.Name));
        return error.GetProperty("code").GetInt32();
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
