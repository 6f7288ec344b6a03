using System.Net;
using System.Text.Json;
using Flags.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

/// <summary>What Flipper's writes do to the store: one transaction each, in the history, and protected like any other.</summary>
public sealed class FlipperWriteTests(Wired wired) : IClassFixture<Wired>
{
    [Fact]
    public async Task Eight_percentages_at_once_leave_one_value_and_a_history_without_gaps()
    {
        for (int round = 0; round < 5; round++)
        {
            string name = $"race_{round}";
            WireReply[] replies = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => wired.FlipperAsync("POST", $"/features/{name}/percentage_of_actors", $$"""{"percentage":"{{i}}"}""")));
            Assert.All(replies, reply => Assert.Equal(HttpStatusCode.OK, reply.Status));
            // Each answer shows the value that its own write stored.
            Assert.Equal(Enumerable.Range(1, 8), replies.Select(reply => int.Parse(Gate(reply.Body, "percentage_of_actors").GetString()!)));
            await AssertChainAsync(name, 8, change => (change.PercentageOfActors!.Before?.Text, change.PercentageOfActors.After?.Text));
        }
    }

    [Fact]
    public async Task Actors_added_at_once_are_all_there()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => wired.FlipperAsync("POST", "/features/crowd/actors", $$"""{"flipper_id":"User;{{i}}"}""")));
        Assert.Equal(16, Gate((await wired.FlipperAsync("GET", "/features/crowd")).Body, "actors").GetArrayLength());
    }

#if MUTANTS
    [Fact]
    public async Task Without_the_lock_writes_at_once_lose_each_other_so_the_tests_of_races_would_notice()
    {
        await using Testing.TestServer server = await Testing.TestServer.StartAsync();
        server.Services.GetRequiredService<Store.Database>().Mutant = Store.Mutant.NoLock;
        await server.Http.PostAsync("/flipper/features/crowd/boolean", null);
        int lost = 0;
        for (int round = 0; round < 10 && lost == 0; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(i => server.Http.PostAsync($"/flipper/features/crowd/actors?flipper_id={round}-{i}", null)));
            lost = 16 * (round + 1) - await server.SqlAsync<int>("select cardinality(actors) from flags.features where name = 'crowd'");
        }

        Assert.True(lost > 0);
    }
#endif

    [Fact]
    public async Task A_write_is_audited_with_the_keys_name_the_clients_headers_and_the_reason()
    {
        using HttpClient http = await wired.Server.ClientAsync("write");
        (string, string)[] headers = [("User-Agent", "Flipper HTTP Adapter v1.4.2"), ("Client-Hostname", "web-3"), ("Flags-Reason", "caf%C3%A9")];
        await wired.FlipperAsync("POST", "/features/audited/actors", """{"flipper_id":"User;1"}""", http, headers);
        await wired.FlipperAsync("POST", "/features/audited/boolean", "{}", http, headers);
        await wired.FlipperAsync("DELETE", "/features/audited/boolean", "{}", http, headers);
        await wired.FlipperAsync("DELETE", "/features/audited", null, http, headers);
        AuditList audit = JsonSerializer.Deserialize(await wired.ApiAsync("GET", "/audit?feature=audited"), FlagsJson.Default.AuditList)!;
        Assert.Equal(["feature.delete", "feature.disable", "feature.enable", "feature.gates"], audit.Audit.Select(entry => entry.What));
        Assert.All(audit.Audit, entry => Assert.Equal(("test write", "key", "127.0.0.1 (web-3, Flipper HTTP Adapter v1.4.2)", "café"), (entry.Who.Name, entry.Who.Kind, entry.Address, entry.Reason)));
        // What enable wiped is kept, so that a revert brings it back.
        Assert.Contains("User;1", audit.Audit[2].Change.GetRawText());
    }

    [Fact]
    public async Task A_write_that_changes_nothing_writes_nothing()
    {
        await wired.FlipperAsync("POST", "/features/same/boolean", "{}");
        long[] before = await wired.CountersAsync();
        foreach ((string method, string path, string? json) in ((string, string, string?)[])
            [("POST", "/features", """{"name":"same"}"""), ("POST", "/features/same/boolean", "{}"), ("DELETE", "/features/same/actors", """{"flipper_id":"x"}"""), ("DELETE", "/features/same/expression", null), ("DELETE", "/features/nothing", null), ("DELETE", "/features/nothing/clear", null)])
            Assert.True((int)(await wired.FlipperAsync(method, path, json)).Status < 300, path);
        Assert.Equal(before, await wired.CountersAsync());
    }

    [Fact]
    public async Task A_protected_feature_ends_off_only_when_its_name_is_confirmed()
    {
        await wired.ApiAsync("POST", "/features", """{"name":"kept é","enabled":true,"protected":true}""");
        string path = "/features/kept%20%C3%A9", all = (await wired.FlipperAsync("GET", "/features?exclude_gates=true")).Body;
        string others = string.Join(",", JsonDocument.Parse(all).RootElement.GetProperty("features").EnumerateArray().Select(f => f.GetProperty("key").GetString()!).Where(n => n != "kept é").Select(n => $"\"{n}\":{{}}"));
        (string, string, string?)[] closing = [("DELETE", path + "/boolean", null), ("DELETE", path, null), ("DELETE", path + "/clear", null), ("POST", "/import", $$"""{"features":{ {{others}} } }"""), ("POST", "/import", """{"features":{"kept é":{"boolean":null}}}""")];
        long[] before = await wired.CountersAsync();
        foreach ((string method, string route, string? json) in closing)
        {
            WireReply refused = await wired.FlipperAsync(method, route, json);
            Assert.Equal((HttpStatusCode)428, refused.Status);
            Assert.StartsWith("""{"code":128,"message":"\"kept é\" is protected""", refused.Body);
            Assert.Contains("Flags-Confirm: kept%20%C3%A9", refused.Body);
            Assert.EndsWith("\"more_info\":\"urn:flags:problem:confirmation-needed\"}", refused.Body);
        }

        Assert.Equal(before, await wired.CountersAsync());
        Assert.Equal(HttpStatusCode.OK, (await wired.FlipperAsync("DELETE", path + "/boolean", null, null, ("Flags-Confirm", "other,kept%20%C3%A9"))).Status);
        Assert.Contains("\"state\":\"off\"", (await wired.FlipperAsync("GET", path)).Body);
    }

    [Fact]
    public async Task Deny_lists_are_shown_only_with_members_kept_by_enable_and_wiped_by_clear()
    {
        const string Actor = """{"key":"deny_actors","value":["User;9"],"name":"deny_actor"}""", Group = """{"key":"deny_groups","value":["admins"],"name":"deny_group"}""";
        Assert.EndsWith("""{"key":"deny_actors","value":[],"name":"deny_actor"}]}""", (await wired.FlipperAsync("DELETE", "/features/deny/deny_actors", """{"flipper_id":"User;9"}""")).Body);
        Assert.DoesNotContain("deny_", (await wired.FlipperAsync("GET", "/features/deny")).Body.Replace("\"deny\"", ""));
        Assert.EndsWith(Actor + "]}", (await wired.FlipperAsync("POST", "/features/deny/deny_actors", """{"flipper_id":"User;9"}""")).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await wired.FlipperAsync("POST", "/features/deny/deny_groups", """{"name":"bots"}""")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await wired.FlipperAsync("POST", "/features/deny/deny_actors", "{}")).Status);
        await wired.FlipperAsync("POST", "/features/deny/deny_groups", """{"name":"admins"}""");
        Assert.EndsWith($"{Actor},{Group}]}}", (await wired.FlipperAsync("POST", "/features/deny/boolean", "{}")).Body);
        Assert.Equal("""{"flipper_id":"User;9","features":{"deny":{"enabled":false}}}""", (await wired.FlipperAsync("GET", "/actors/User;9?keys=deny")).Body);
        await wired.FlipperAsync("DELETE", "/features/deny/clear");
        Assert.DoesNotContain("User;9", (await wired.FlipperAsync("GET", "/features/deny")).Body);
    }

    [Fact]
    public async Task What_Flipper_does_not_know_survives_its_import()
    {
        await wired.ApiAsync("POST", "/features", """{"name":"described","description":"d","tags":["t"],"owner":"o","limit":3}""");
        await wired.FlipperAsync("POST", "/features/described/deny_actors", """{"flipper_id":"User;9"}""");
        Assert.Equal(HttpStatusCode.NoContent, (await wired.FlipperAsync("POST", "/import", """{"version":1,"features":{"described":{"percentage_of_time":25,"boolean":"true"}}}""", null, ("Flags-Confirm", "kept%20%C3%A9"))).Status);
        Feature now = JsonSerializer.Deserialize(await wired.ApiAsync("GET", "/features/described"), FlagsJson.Default.Feature)!;
        Assert.Equal(("d", "t", "o", 3, true, "25", "User;9"), (now.Description, now.Tags.Single(), now.Owner, now.Limit, now.Gates.Boolean, now.Gates.PercentageOfTime?.Text, now.Gates.DeniedActors.Single()));
    }

    private async Task AssertChainAsync(string name, int writes, Func<FeatureChange, (string?, string?)> values)
    {
        HistoryList history = JsonSerializer.Deserialize(await wired.ApiAsync("GET", $"/features/{name}/history?limit=200"), FlagsJson.Default.HistoryList)!;
        (string? Before, string? After)[] steps = [.. history.History.Reverse().Select(entry => values(entry.Change))];
        Assert.Equal(writes, steps.Length);
        Assert.Null(steps[0].Before);
        for (int i = 1; i < steps.Length; i++)
            Assert.Equal(steps[i - 1].After, steps[i].Before);
        Assert.Equal(steps[^1].After, Gate((await wired.FlipperAsync("GET", "/features/" + name)).Body, "percentage_of_actors").GetString());
    }

    private static JsonElement Gate(string feature, string key) =>
        JsonDocument.Parse(feature).RootElement.GetProperty("gates").EnumerateArray().Single(gate => gate.GetProperty("key").GetString() == key).GetProperty("value");
}
