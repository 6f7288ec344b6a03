using System.Net;
using System.Text.Json;

namespace Flags.Api.Tests;

/// <summary>A deploy holds a feature: Ruby programs evaluate by themselves, so they must see it with nothing set.</summary>
public sealed class FlipperHeldTests(Wired wired) : IClassFixture<Wired>
{
    private static readonly string Off = """{"state":"off","gates":[{"key":"boolean","value":null},{"key":"expression","value":null},{"key":"actors","value":[]},{"key":"percentage_of_actors","value":null},{"key":"percentage_of_time","value":null},{"key":"groups","value":[]}]}"""[1..];

    [Fact]
    public async Task A_held_feature_is_off_with_every_gate_empty_until_the_hold_ends()
    {
        await SetAsync("held a/1");
        string open = (await ListAsync("held a/1")).Body;
        long version = await SyncVersionAsync();
        string hold = await HoldAsync("held a/1");

        WireReply list = await ListAsync("held a/1");
        Assert.Equal($$"""{"features":[{"key":"held a/1",{{Off}}]}""", list.Body);
        Assert.Equal("held%20a%2F1", list.Header("Flags-Held"));
        Assert.True(await SyncVersionAsync() > version);
        WireReply one = await wired.FlipperAsync("GET", "/features/held%20a%2F1");
        Assert.Contains("\"state\":\"off\"", one.Body);
        Assert.DoesNotContain("User;1", one.Body);
        Assert.DoesNotContain("deny", one.Body);
        Assert.Equal("held%20a%2F1", one.Header("Flags-Held"));
        Assert.Equal("""{"flipper_id":"User;1","features":{"held a/1":{"enabled":false}}}""", (await wired.FlipperAsync("GET", "/actors/User;1?keys=held%20a%2F1")).Body);
        Assert.Contains("User;1", (await wired.FlipperAsync("GET", "/features/held%20a%2F1?stored=true")).Body);
        Assert.Equal(open, (await ListAsync("held a/1", "&stored=true")).Body);

        long held = await SyncVersionAsync();
        await wired.ApiAsync("DELETE", $"/holds/{hold}");
        WireReply again = await ListAsync("held a/1");
        Assert.Equal((open, (string?)null), (again.Body, again.Header("Flags-Held")));
        Assert.True(await SyncVersionAsync() > held);
    }

    [Fact]
    public async Task A_write_to_a_held_feature_is_stored_shown_and_opens_nothing()
    {
        await SetAsync("held_write");
        string hold = await HoldAsync("held_write");
        foreach ((string method, string rest, string shown) in ((string, string, string)[])[("POST", "/actors", "User;2"), ("POST", "/boolean", "\"true\"")])
        {
            WireReply reply = await wired.FlipperAsync(method, "/features/held_write" + rest, """{"flipper_id":"User;2"}""");
            Assert.Equal((HttpStatusCode.OK, "held_write"), (reply.Status, reply.Header("Flags-Held")));
            Assert.Contains(shown, reply.Body);
            Assert.Contains(Off, (await ListAsync("held_write")).Body);
        }

        await wired.FlipperAsync("DELETE", "/features/held_write");
        Assert.Equal(HttpStatusCode.OK, (await wired.FlipperAsync("POST", "/features/held_write/boolean")).Status);
        Assert.Contains(Off, (await ListAsync("held_write")).Body);
        await wired.ApiAsync("DELETE", $"/holds/{hold}");
        Assert.Contains("\"state\":\"on\"", (await ListAsync("held_write")).Body);
    }

    [Fact]
    public async Task A_copy_made_during_a_deploy_and_pushed_back_does_not_erase_the_held_feature()
    {
        await SetAsync("held_copy");
        string stored = (await wired.FlipperAsync("GET", "/features/held_copy")).Body;
        string hold = await HoldAsync("held_copy");
        JsonElement copy = JsonDocument.Parse((await wired.FlipperAsync("GET", "/features")).Body).RootElement;
        string export = $$"""{"version":1,"features":{ {{string.Join(",", copy.GetProperty("features").EnumerateArray().Select(f => $"{f.GetProperty("key").GetRawText()}:{{{string.Join(",", f.GetProperty("gates").EnumerateArray().Select(g => $"{g.GetProperty("key").GetRawText()}:{g.GetProperty("value").GetRawText()}"))}}}"))}} } }""";
        WireReply pushed = await wired.FlipperAsync("POST", "/import", export);
        Assert.Equal((HttpStatusCode.NoContent, "held_copy"), (pushed.Status, pushed.Header("Flags-Held")));
        await wired.ApiAsync("DELETE", $"/holds/{hold}");
        Assert.Equal(stored, (await wired.FlipperAsync("GET", "/features/held_copy")).Body);
        // The same file when nobody holds it says what it says.
        Assert.Equal(HttpStatusCode.NoContent, (await wired.FlipperAsync("POST", "/import", export)).Status);
        Assert.Contains("\"state\":\"off\"", (await wired.FlipperAsync("GET", "/features/held_copy")).Body);
    }

    private async Task SetAsync(string name)
    {
        string path = "/features/" + Uri.EscapeDataString(name);
        await wired.FlipperAsync("POST", path + "/actors", """{"flipper_id":"User;1"}""");
        await wired.FlipperAsync("POST", path + "/deny_actors", """{"flipper_id":"User;9"}""");
    }

    private Task<WireReply> ListAsync(string name, string more = "") => wired.FlipperAsync("GET", $"/features?keys%5B%5D={Uri.EscapeDataString(name)}&exclude_gate_names=true{more}");

    private async Task<long> SyncVersionAsync() => long.Parse((await wired.FlipperAsync("GET", "/features")).Header("flipper-sync-version")!);

    private async Task<string> HoldAsync(string name)
    {
        string id = Guid.NewGuid().ToString();
        await wired.ApiAsync("PUT", $"/holds/{id}", $$"""{"features":["{{name}}"],"reason":"v42"}""");
        return id;
    }
}
