using System.Net;
using System.Text;
using System.Text.Json;

namespace Flags.Api.Tests;

/// <summary>
/// What Flipper 1.4.2 answered, replayed; where ours differs on purpose the exchange says why. Both mounts: the plain adapter's and the Cloud client's.
/// </summary>
public sealed class ExchangeTests(Wired wired) : IClassFixture<Wired>
{
    private static readonly JsonElement File = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Flipper", "flipper-exchanges.json"))).RootElement;

    private static readonly JsonElement[] Exchanges = [.. File.GetProperty("exchanges").EnumerateArray()];

    public static TheoryData<string, string> All
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (string mount in (string[])["/flipper", "/adapter"])
            {
                foreach (JsonElement exchange in Exchanges)
                    rows.Add(mount, exchange.GetProperty("id").GetString()!);
            }

            return rows;
        }
    }

    [Fact]
    public void No_exchange_is_missing() => Assert.Equal((116, 116), (File.GetProperty("meta").GetProperty("exchanges").GetInt32(), Exchanges.Length));

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_answer_is_what_Flipper_answered(string mount, string id)
    {
        JsonElement exchange = Exchanges.Single(e => e.GetProperty("id").GetString() == id);
        WireReply start = await wired.SendAsync("POST", mount + "/import", Encoding.UTF8.GetBytes($$"""{"version":1,"features":{{exchange.GetProperty("start").GetRawText()}}}"""));
        Assert.True(start.Status == HttpStatusCode.NoContent, start.Body + start.Header("Flags-Detail"));
        WireReply first = await SendAsync(mount, exchange, "");
        Compare(exchange, first, "");
        if (!exchange.TryGetProperty("then", out JsonElement steps))
            return;
        int number = 0;
        foreach (JsonElement step in steps.EnumerateArray())
            Compare(step, await SendAsync(mount, step, first.Header("ETag") ?? ""), $"then {number++}: ");
    }

    private Task<WireReply> SendAsync(string mount, JsonElement exchange, string etag)
    {
        JsonElement request = exchange.GetProperty("request");
        byte[]? body = request.TryGetProperty("body", out JsonElement text) ? Encoding.UTF8.GetBytes(text.GetString()!)
            : request.TryGetProperty("gzipBody", out JsonElement plain) ? Wired.Zip(plain.GetString()!) : null;
        (string, string)[] headers = request.TryGetProperty("headers", out JsonElement given)
            ? [.. given.EnumerateObject().Select(header => (header.Name, header.Value.GetString()!.Replace("{etag}", etag)))] : [];
        return wired.SendAsync(request.GetProperty("method").GetString()!, mount + request.GetProperty("path").GetString(), body, headers: headers);
    }

    private static void Compare(JsonElement exchange, WireReply reply, string step)
    {
        JsonElement expected = exchange.TryGetProperty("ours", out JsonElement ours) ? ours : exchange.GetProperty("answer");
        Assert.Equal((step, expected.GetProperty("status").GetInt32()), (step, (int)reply.Status));
        if (expected.TryGetProperty("body", out JsonElement body) && body.ValueKind == JsonValueKind.String)
            Assert.Equal(step + body.GetString(), step + reply.Body);
        if (expected.TryGetProperty("contentType", out JsonElement type) && type.ValueKind == JsonValueKind.String)
            Assert.Equal(type.GetString(), reply.Type);
        if (!expected.TryGetProperty("headers", out JsonElement headers))
            return;
        foreach (JsonProperty header in headers.EnumerateObject())
        {
            string? got = reply.Header(header.Name), wanted = header.Value.GetString();
            if (wanted == "*")
                Assert.NotNull(got);
            else if (header.Name == "Allow")
                Assert.Equal(wanted!.Split(", ").Order(), got!.Split(", ").Order());
            else
                Assert.Equal(wanted, got);
        }
    }
}
