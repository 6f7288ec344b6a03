using System.Net;
using System.Text.Json;

namespace Flags.Api.Tests;

/// <summary>One feature over OFREP: value, reason, variant, metadata.</summary>
public sealed class OfrepEvaluateTests(Wired wired) : IClassFixture<Wired>
{
    private const string Plan = """{"Equal":[{"Property":["plan"]},"pro"]}""";

    public static TheoryData<string, string, string, string, string> Reasons => new()
    {
        // gates, context, value, reason, more metadata
        { """{}""", """{}""", "false", "STATIC", "" },
        { """{"deniedActors":["User;1"]}""", """{"targetingKey":"User;1"}""", "false", "STATIC", "" },
        { """{"boolean":true}""", """{"targetingKey":"User;1"}""", "true", "STATIC", "" },
        { """{"boolean":true,"deniedActors":["User;9"]}""", """{"targetingKey":"User;1"}""", "true", "TARGETING_MATCH", "" },
        { """{"boolean":true,"deniedActors":["User;9"]}""", """{"targetingKey":"User;9"}""", "false", "TARGETING_MATCH", "" },
        { """{"boolean":true,"deniedGroups":["bots"]}""", """{"groups":["bots"]}""", "false", "TARGETING_MATCH", "" },
        { $$$"""{"expression":{{{Plan}}}}""", """{"plan":"pro"}""", "true", "TARGETING_MATCH", "" },
        { $$$"""{"expression":{{{Plan}}}}""", """{"targetingKey":"User;1","plan":"basic"}""", "false", "DEFAULT", "" },
        { """{"expression":{"Equal":[{"Property":["flipper_id"]},"User;1"]}}""", """{"targetingKey":"User;1","flipper_id":"User;2"}""", "true", "TARGETING_MATCH", "" },
        { """{"expression":{"GreaterThan":[{"Number":[{"Property":["list"]}]},1]}}""", """{"list":[1]}""", "false", "DEFAULT", ",\"expressionFailed\":true" },
        { """{"actors":["User;1"]}""", """{"targetingKey":"User;1"}""", "true", "TARGETING_MATCH", "" },
        { """{"actors":[""]}""", """{}""", "false", "DEFAULT", "" },
        { """{"groups":["staff"]}""", """{"groups":["x","staff"]}""", "true", "TARGETING_MATCH", "" },
        { """{"percentageOfActors":100}""", """{"targetingKey":"User;1"}""", "true", "SPLIT", "" },
        { """{"percentageOfActors":100}""", """{"targetingKey":null}""", "false", "DEFAULT", "" },
        { """{"percentageOfTime":100}""", """{}""", "true", "SPLIT", "" },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task The_reason_says_what_decided(string gates, string context, string value, string reason, string metadata)
    {
        string name = $"reason_{Guid.NewGuid():N}";
        long version = await CreateAsync(name, gates);
        WireReply reply = await wired.OfrepAsync("/" + name, $$$"""{"context":{{{context}}}}""");
        string expected = $$$"""{"key":"{{{name}}}","value":{{{value}}},"reason":"{{{reason}}}","variant":"{{{(value == "true" ? "on" : "off")}}}","metadata":{"version":{{{version}}}{{{metadata}}}}}""";
        Assert.Equal((HttpStatusCode.OK, expected, "application/json", "no-store"), (reply.Status, reply.Body, reply.Type, reply.Header("Cache-Control")));
        Assert.Contains(expected, (await wired.OfrepAsync("", $$$"""{"context":{{{context}}}}""")).Body);
    }

    [Fact]
    public async Task Held_is_a_false_value_and_never_the_default_in_the_callers_code()
    {
        long version = await CreateAsync("held", """{"boolean":true}""");
        string id = Guid.NewGuid().ToString();
        await wired.ApiAsync("PUT", $"/holds/{id}", """{"features":["held"],"reason":"v42"}""");
        string expected = $$$"""{"key":"held","value":false,"reason":"STATIC","variant":"off","metadata":{"version":{{{version}}},"held":true}}""";
        Assert.Equal(expected, (await wired.OfrepAsync("/held")).Body);
        Assert.Contains(expected, (await wired.OfrepAsync("")).Body);
        await wired.ApiAsync("DELETE", $"/holds/{id}");
        Assert.Contains("\"value\":true", (await wired.OfrepAsync("/held")).Body);
    }

    [Fact]
    public async Task Tags_of_two_parts_are_typed_metadata()
    {
        await wired.ApiAsync("POST", "/features", """{"name":"tagged","tags":["team=billing","ratio=0.1","big=1e400","release=1.0.2","on=true","off=false","word","=x","empty=","version=9","held=true","ratio=0.2"]}""");
        JsonElement metadata = JsonDocument.Parse((await wired.OfrepAsync("/tagged")).Body).RootElement.GetProperty("metadata");
        Assert.Equal("billing 0.1 1e400 1.0.2 True False ", string.Join(' ', ((string[])["team", "ratio", "big", "release", "on", "off", "empty"]).Select(name => metadata.GetProperty(name).ToString())));
        Assert.Equal((JsonValueKind.Number, JsonValueKind.String, JsonValueKind.String, JsonValueKind.True), (metadata.GetProperty("ratio").ValueKind, metadata.GetProperty("big").ValueKind, metadata.GetProperty("release").ValueKind, metadata.GetProperty("on").ValueKind));
        Assert.Equal(8, metadata.EnumerateObject().Count());
        Assert.True(metadata.GetProperty("version").GetInt64() > 1);
    }

    [Fact]
    public async Task Keys_are_decoded_once_and_plus_stays()
    {
        foreach ((string name, string path) in ((string, string)[])[("a/b", "/a%2Fb"), ("a%2Fb", "/a%252Fb"), ("a+b", "/a+b"), ("é ☕", "/%C3%A9%20%E2%98%95"), ("..", "/%2E%2E")])
        {
            await CreateAsync(name, """{"boolean":true}""");
            WireReply reply = await wired.OfrepAsync(path);
            Assert.Equal((HttpStatusCode.OK, name), (reply.Status, JsonDocument.Parse(reply.Body).RootElement.GetProperty("key").GetString()));
        }
    }

    [Fact]
    public async Task A_single_evaluation_is_counted_and_draws_anew_each_time()
    {
        await CreateAsync("drawn", """{"percentageOfTime":50}""");
        var values = new HashSet<string>();
        for (int i = 0; i < 200 && values.Count < 2; i++)
            values.Add((await wired.OfrepAsync("/drawn", """{"context":{"targetingKey":"x"}}""")).Body);
        Assert.Equal(2, values.Count);
        JsonElement usage = JsonDocument.Parse(await wired.ApiAsync("GET", "/features/drawn/usage")).RootElement;
        Assert.True(usage.GetProperty("on").GetInt64() > 0 && usage.GetProperty("off").GetInt64() > 0);
    }

    private async Task<long> CreateAsync(string name, string gates)
    {
        string path = "/features/" + Uri.EscapeDataString(name).Replace(".", "%2E");
        await wired.ApiAsync("POST", "/features", JsonSerializer.Serialize(new Dictionary<string, string> { ["name"] = name }));
        return JsonDocument.Parse(await wired.ApiAsync("PUT", path + "/gates", gates)).RootElement.GetProperty("version").GetInt64();
    }
}
