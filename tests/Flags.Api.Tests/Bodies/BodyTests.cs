using System.IO.Compression;
using System.Net;
using System.Text;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>Whatever is sent: an answer that says what is wrong where, never a 500, and nothing written.</summary>
public sealed class BodyTests(Bodies bodies) : IClassFixture<Bodies>
{
    private static readonly string Deep = new('[', 10_000), Deeper65 = string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65);

    public static TheoryData<string> Routes => [.. WriteRoute.All.Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_valid_body_is_accepted_with_and_without_byte_order_mark(string name)
    {
        WriteRoute route = WriteRoute.All.Single(r => r.Name == name);
        foreach (byte[] start in (byte[][])[[], [0xEF, 0xBB, 0xBF]])
        {
            (HttpStatusCode status, string body) = await bodies.SendAsync(route, [.. start, .. Encoding.UTF8.GetBytes(await bodies.FillAsync(route.Valid))]);
            Assert.True((int)status is >= 200 and < 300, body);
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Malformed_JSON_is_400(string name)
    {
        WriteRoute route = WriteRoute.All.Single(r => r.Name == name);
        string valid = await bodies.FillAsync(route.Valid), inner = valid[1..^1];
        string first = inner[..inner.IndexOf(':')];
        await bodies.UnchangedAsync(async () =>
        {
            foreach (string text in (string[])[valid[..^1], valid + "}", valid + valid, valid + " x", "/* c */" + valid, "// c\n" + valid, $"{{{inner},}}", $"{{{inner},{first}:1}}", $"{{{inner.Replace('"', '\'')}}}",
                "{", "nul", "NaN", Deep, Deeper65, $$"""{"typo":{{Deeper65}}}""", "\0", valid.Replace("\"", "\u201C"), "{\"a\":tru}", " "])
                await RefusedAsync(route, text, HttpStatusCode.BadRequest);
            await RefusedAsync(route, Encoding.Unicode.GetBytes(valid), HttpStatusCode.BadRequest);
            await RefusedAsync(route, [0xFF, .. Encoding.UTF8.GetBytes(valid)], HttpStatusCode.BadRequest);
        });
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task What_is_no_object_is_refused(string name)
    {
        WriteRoute route = WriteRoute.All.Single(r => r.Name == name);
        await bodies.UnchangedAsync(async () =>
        {
            foreach (string text in (string[])["[]", "[{}]", "\"x\"", "1", "true", "null"])
                Assert.True((await RefusedAsync(route, Encoding.UTF8.GetBytes(text))).Status is 400 or 422);
        });
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task An_unknown_or_repeated_member_is_named(string name)
    {
        WriteRoute route = WriteRoute.All.Single(r => r.Name == name);
        string inner = (await bodies.FillAsync(route.Valid))[1..^1];
        await bodies.UnchangedAsync(async () =>
        {
            Problem unknown = await RefusedAsync(route, Encoding.UTF8.GetBytes($$"""{"typo":1,{{inner}}}"""));
            Assert.Contains(unknown.Errors!, e => e.Field == "typo" && e.Message.Contains("spelling", StringComparison.Ordinal));
            Problem twice = await RefusedAsync(route, $"{{{inner},{inner}}}", HttpStatusCode.BadRequest);
            Assert.Contains(inner[1..inner.IndexOf(':')].TrimEnd('"'), twice.Detail);
        });
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_member_of_the_wrong_type_is_named(string name)
    {
        WriteRoute route = WriteRoute.All.Single(r => r.Name == name);
        await bodies.UnchangedAsync(async () =>
        {
            foreach ((string json, string member) in route.Wrongs())
            {
                Problem problem = await RefusedAsync(route, Encoding.UTF8.GetBytes(await bodies.FillAsync(json)));
                Assert.True(problem.Status is 400 or 422, json);
                Assert.True(problem.Errors is { Count: > 0 } errors && (errors[0].Field.StartsWith(member, StringComparison.Ordinal) || route.Name.EndsWith("import", StringComparison.Ordinal)), $"{json} => {problem.Detail}");
                Assert.DoesNotContain("System.", problem.Detail);
                Assert.DoesNotContain("Flags.Core", problem.Detail);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Text_that_no_database_stores_is_refused(string name)
    {
        WriteRoute route = WriteRoute.All.Single(r => r.Name == name);
        string valid = await bodies.FillAsync(route.Text ?? $$"""{"typo":"@",{{route.Valid[1..]}}""");
        await bodies.UnchangedAsync(async () =>
        {
            foreach (string text in (string[])["\\ud800", "\\udc00", "a\\ud800b", "\\ud800\\ud800", "\\u0000", "a\\u0000b"])
                Assert.True((await RefusedAsync(route, Encoding.UTF8.GetBytes(valid.Replace("@", text)))).Status is 400 or 422);
            int at = Encoding.UTF8.GetByteCount(valid[..valid.IndexOf('@')]);
            foreach (byte[] bad in (byte[][])[[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]])
            {
                byte[] bytes = Encoding.UTF8.GetBytes(valid);
                await RefusedAsync(route, [.. bytes[..at], .. bad, .. bytes[(at + 1)..]], HttpStatusCode.BadRequest);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Too_many_bytes_are_413_and_the_limit_is_stated(string name)
    {
        WriteRoute route = WriteRoute.All.Single(r => r.Name == name);
        byte[] valid = Encoding.UTF8.GetBytes(await bodies.FillAsync(route.Valid));
        byte[] large = [.. valid, .. Enumerable.Repeat((byte)' ', route.Most - valid.Length + 1)];
        await bodies.UnchangedAsync(async () =>
        {
            foreach (bool chunked in (bool[])[false, true])
                Assert.Contains(route.Most.ToString(), (await RefusedAsync(route, large, HttpStatusCode.RequestEntityTooLarge, chunked: chunked)).Detail);
        });
        (HttpStatusCode status, string body) = await bodies.SendAsync(route, large[..^1]);
        Assert.True((int)status is >= 200 and < 300, body);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Only_JSON_is_taken(string name)
    {
        WriteRoute route = WriteRoute.All.Single(r => r.Name == name);
        byte[] valid = Encoding.UTF8.GetBytes(await bodies.FillAsync(route.Valid));
        await bodies.UnchangedAsync(async () =>
        {
            foreach (string? type in (string?[])[null, "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json", "application/json; charset=utf-16", "application/json; charset=latin1", "json", "*/*"])
            {
                await RefusedAsync(route, valid, HttpStatusCode.UnsupportedMediaType, type);
                await RefusedAsync(route, valid, HttpStatusCode.UnsupportedMediaType, type, chunked: true);
            }

            await RefusedAsync(route, Gzip(valid), HttpStatusCode.UnsupportedMediaType, encoding: "gzip");
            await RefusedAsync(route, valid, HttpStatusCode.UnsupportedMediaType, encoding: "br");
        });
        foreach (string type in (string[])["application/json; charset=utf-8", "application/json;charset=\"UTF-8\"", "Application/JSON", "application/merge-patch+json"])
            Assert.True((int)(await bodies.SendAsync(route, Encoding.UTF8.GetBytes(await bodies.FillAsync(route.Valid)), type)).Status < 300, type);
        Assert.True((int)(await bodies.SendAsync(route, Encoding.UTF8.GetBytes(await bodies.FillAsync(route.Valid)), encoding: "identity")).Status < 300);
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task No_body_is_fine_only_where_the_body_is_optional(string name)
    {
        WriteRoute route = WriteRoute.All.Single(r => r.Name == name);
        foreach ((string? type, bool chunked) in ((string?, bool)[])[(null, false), ("application/json", false), ("application/json", true), (route.Optional ? "application/x-www-form-urlencoded" : null, false)])
        {
            if (route.Optional)
                Assert.InRange((int)(await bodies.SendAsync(route, [], type, chunked: chunked)).Status, 200, 299);
            else
                await bodies.UnchangedAsync(() => RefusedAsync(route, [], HttpStatusCode.BadRequest, type, chunked: chunked));
        }
    }

    private Task<Problem> RefusedAsync(WriteRoute route, string text, HttpStatusCode expected) => RefusedAsync(route, Encoding.UTF8.GetBytes(text), expected);

    private async Task<Problem> RefusedAsync(WriteRoute route, byte[] body, HttpStatusCode? expected = null, string? type = "application/json", string? encoding = null, bool chunked = false)
    {
        (HttpStatusCode status, string text) = await bodies.SendAsync(route, body, type, encoding, chunked);
        Assert.True(expected is null ? (int)status is >= 400 and < 500 : status == expected, $"{route}: {Encoding.UTF8.GetString(body[..Math.Min(200, body.Length)])} => {(int)status} {text}");
        return Api.Problem(text, status);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionMode.Compress))
            gzip.Write(bytes);
        return buffer.ToArray();
    }
}
