using System.Net;
using System.Text;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>Who may what on Flipper's wire, in the headers that its clients have.</summary>
public sealed class FlipperAccessTests(Wired wired) : IClassFixture<Wired>
{
    /// <summary>Method, path, body, permission.</summary>
    private static readonly (string Method, string Path, string? Json, string Permission)[] Calls =
    [
        ("GET", "/flipper/features", null, "read"), ("HEAD", "/flipper/features", null, "read"), ("GET", "/flipper/features/secret", null, "read"),
        ("GET", "/flipper/actors/User;1", null, "evaluate"), ("GET", "/adapter/features?exclude_gate_names=true", null, "read"),
        ("POST", "/flipper/features", """{"name":"secret"}""", "write"), ("DELETE", "/flipper/features/secret", null, "write"), ("DELETE", "/flipper/features/secret/clear", null, "write"),
        ("POST", "/flipper/features/secret/boolean", "{}", "write"), ("POST", "/adapter/features/secret/actors", """{"flipper_id":"1"}""", "write"), ("DELETE", "/flipper/features/secret/groups", """{"name":"admins"}""", "write"),
        ("POST", "/flipper/import", """{"features":{}}""", "write"), ("POST", "/adapter/adapter/import", """{"features":{}}""", "write"), ("POST", "/adapter/telemetry", """{"enabled_metrics":[]}""", "evaluate"),
    ];

    [Fact]
    public async Task Without_a_good_key_every_path_below_the_mounts_answers_401_in_Flippers_shape()
    {
        using HttpClient nobody = wired.Server.Client(null);
        MintedKey revoked = await wired.Server.MintAsync("admin");
        await wired.ApiAsync("DELETE", $"/keys/{revoked.Info.Id}");
        await Testing.Eventually.TrueAsync(async () => (await SendAsync("GET", "/flipper/features", null, nobody, ("X-API-Key", revoked.Key))).Status == HttpStatusCode.Unauthorized, "the key is revoked");
        long[] before = await wired.CountersAsync();
        foreach ((string method, string path, string? json, string _) in Calls.Append(("GET", "/flipper/nope", null, "")).Append(("PUT", "/adapter", null, "")))
        {
            foreach ((string, string)[] headers in ((string, string)[][])[[], [("Flipper-Cloud-Token", revoked.Key)], [("Authorization", "Basic " + Base64("a:" + revoked.Key))], [("Authorization", "Bearer x")], [("X-API-Key", "")], [("Cookie", "key=" + revoked.Key)]])
            {
                WireReply reply = await SendAsync(method, path, json, nobody, headers);
                Assert.Equal((HttpStatusCode.Unauthorized, "Bearer", "application/json"), (reply.Status, reply.Header("WWW-Authenticate"), reply.Type));
                if (method != "HEAD")
                    AssertError(reply, 101, "unauthorized");
            }
        }

        Assert.Equal(before, await wired.CountersAsync());
    }

    [Fact]
    public async Task The_key_is_found_in_every_header_that_a_client_of_Flipper_can_send()
    {
        string key = (await wired.Server.MintAsync("read")).Key;
        using HttpClient nobody = wired.Server.Client(null);
        foreach ((string, string) header in ((string, string)[])[("Authorization", "Bearer " + key), ("Authorization", "Basic " + Base64("flipper:" + key)), ("Authorization", "Basic " + Base64(key + ":")), ("Authorization", "basic " + Base64(key)), ("X-API-Key", key), ("Flipper-Cloud-Token", key)])
            Assert.Equal((header, HttpStatusCode.OK), (header, (await SendAsync("GET", "/adapter/features", null, nobody, header)).Status));
    }

    [Fact]
    public async Task A_key_without_the_permission_gets_403_and_changes_nothing()
    {
        await wired.FlipperAsync("POST", "/features/secret/boolean");
        using HttpClient reads = await wired.Server.ClientAsync("read"), writes = await wired.Server.ClientAsync("write"), asks = await wired.Server.ClientAsync("evaluate"), leases = await wired.Server.ClientAsync("lease hold claim");
        long[] before = await wired.CountersAsync();
        foreach ((string method, string path, string? json, string permission) in Calls)
        {
            IEnumerable<HttpClient> refused = permission switch
            {
                "write" => [reads, asks, leases],
                "evaluate" => [writes, leases],
                _ => [writes, asks, leases],
            };
            foreach (HttpClient http in refused)
            {
                WireReply reply = await SendAsync(method, path, json, http);
                Assert.Equal((path, HttpStatusCode.Forbidden), (path, reply.Status));
                if (method != "HEAD")
                    Assert.Contains($"\\\"{permission}\\\"", AssertError(reply, 103, "forbidden"));
            }
        }

        Assert.Equal(before, await wired.CountersAsync());
        foreach ((string method, string path, string? json, string permission) in Calls.Where(c => c.Permission != "write"))
            Assert.True((int)(await SendAsync(method, path, json, permission == "read" ? reads : asks)).Status < 300, path);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/flipper/actors/x", null, reads)).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("POST", "/flipper/features", """{"name":"by_writer"}""", writes)).Status);
    }

    [Fact]
    public async Task A_key_limited_to_names_sees_a_filtered_list_and_touches_no_other_name()
    {
        await wired.FlipperAsync("POST", "/features/mine_1/boolean");
        await wired.FlipperAsync("POST", "/features/other/boolean");
        using HttpClient mine = await wired.Server.ClientAsync("read write evaluate", "mine_*");
        foreach (string path in (string[])["/features", "/features?keys=other,mine_1", "/features?keys[]=mine_1&keys[]=other", "/actors/x"])
        {
            string body = (await wired.FlipperAsync("GET", path, http: mine)).Body;
            Assert.DoesNotContain("other", body);
            Assert.Contains("mine_1", body);
        }

        long[] before = await wired.CountersAsync();
        foreach ((string method, string path, string? json) in ((string, string, string?)[])
            [("GET", "/features/other", null), ("DELETE", "/features/other", null), ("POST", "/features/other/boolean", "{}"), ("DELETE", "/features/other/clear", null), ("POST", "/features", """{"name":"other"}"""), ("POST", "/features", """{"name":" \u200bother"}"""), ("POST", "/features/%6Fther/actors", """{"flipper_id":"x"}"""), ("POST", "/import", """{"features":{"mine_1":{}}}"""), ("GET", "/actors/x?keys=mine_1,other", null)])
            Assert.Contains("mine_*", AssertError(await wired.FlipperAsync(method, path, json, mine), 103, "forbidden"));
        Assert.Equal(before, await wired.CountersAsync());
        Assert.Equal(HttpStatusCode.OK, (await wired.FlipperAsync("POST", "/features/mine_2/boolean", "{}", mine)).Status);
    }

    [Fact]
    public async Task A_path_that_only_becomes_the_mount_is_somebody_elses_and_a_dot_does_not_leave_it()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await wired.SendAsync("GET", "/x/../flipper/features")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await wired.SendAsync("GET", "/%66lipper/features")).Status);
        Assert.Equal((HttpStatusCode.NotFound, "{}"), await NothingAsync("/flipper/../api/v1/features"));
        foreach (string path in (string[])["/flipper", "/flipper/", "/flipper/FEATURES", "/flipper/telemetry", "/adapter/x", "/flipper/adapter/import", "/adapter/api/migrate"])
            Assert.Equal((HttpStatusCode.NotFound, "{}"), await NothingAsync(path));
    }

    private async Task<(HttpStatusCode, string)> NothingAsync(string path)
    {
        WireReply reply = await wired.SendAsync("GET", path);
        return (reply.Status, reply.Body);
    }

    private Task<WireReply> SendAsync(string method, string path, string? json, HttpClient http, params (string, string)[] headers) =>
        wired.SendAsync(method, path, json is null ? null : Encoding.UTF8.GetBytes(json), http, json is null ? headers : [("Content-Type", "application/json"), .. headers]);

    private static string AssertError(WireReply reply, int code, string slug)
    {
        JsonElement error = JsonDocument.Parse(reply.Body).RootElement;
        Assert.Equal((code, "urn:flags:problem:" + slug, "application/json"), (error.GetProperty("code").GetInt32(), error.GetProperty("more_info").GetString(), reply.Type));
        return reply.Body;
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
