using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary><c>Flags-Reason</c> and <c>Flags-Confirm</c>.</summary>
public sealed class WriteHeaderTests(Api api)
{
    private const string Encoded = "R%C3%A9l%C3%A9ase%2042%20%F0%9F%9A%80%2C%20100%25", Text = "Rélé" + "ase 42 \U0001F680, 100%";

    [Theory]
    [InlineData("PATCH", "", """{"owner":"x"}""")]
    [InlineData("POST", "/enable", null)]
    [InlineData("POST", "/disable", "{}")]
    [InlineData("PATCH", "/gates", """{"groups":{"add":["g"]}}""")]
    [InlineData("PUT", "/gates", """{"groups":["g"]}""")]
    [InlineData("POST", "/revert", """{"version":VERSION}""")]
    [InlineData("DELETE", "", null)]
    public async Task A_reason_reaches_history_and_audit_and_a_broken_one_changes_nothing(string method, string route, string? json)
    {
        Feature feature = await api.CreateAsync();
        await api.SendAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}/gates", """{"actors":{"add":["User;1"]}}""");
        foreach (string broken in (string[])["%", "50%", "%zz", "%FF", "%ED%A0%80", "%00"])
            Assert.Equal((true, broken), ((int)await WriteAsync(feature, method, route, json, "Flags-Reason", broken) is 400 or 422, broken));
        Assert.Equal(2, (await api.HistoryAsync(feature.Name)).History.Count);
        Assert.True((int)await WriteAsync(feature, method, route, json, "Flags-Reason", Encoded) < 300);
        HistoryEntry entry = (await api.HistoryAsync(feature.Name)).History[0];
        Assert.Equal(Text, entry.Reason);
        AuditList audit = JsonSerializer.Deserialize((await api.SendAsync(HttpMethod.Get, $"/api/v1/audit?feature={feature.Name}&limit=1")).Body, FlagsJson.Default.AuditList)!;
        Assert.Equal((Text, entry.AuditId, "setup", "127.0.0.1"), (audit.Audit[0].Reason, audit.Audit[0].Id, audit.Audit[0].Who.Name, audit.Audit[0].Address));
        Assert.NotNull(audit.Audit[0].RequestId);
    }

    [Theory]
    [InlineData("%", 400)]
    [InlineData("%FF", 400)]
    [InlineData("%00", 422)]
    public async Task A_broken_reason_is_refused_by_keys_and_import_too(string reason, int status)
    {
        string key = (await api.Server.MintAsync("read")).Info.Id;
        foreach ((string method, string path, string? json) in ((string, string, string?)[])
            [("POST", "/keys", """{"name":"x","permissions":["read"]}"""), ("PATCH", $"/keys/{key}", """{"name":"y"}"""), ("POST", $"/keys/{key}/rotate", null), ("DELETE", $"/keys/{key}", null), ("POST", "/import", """{"features":{}}"""), ("POST", "/features", """{"name":"never_made_2"}""")])
        {
            (HttpStatusCode got, string body) = await api.SendAsync(new HttpMethod(method), "/api/v1" + path, json, headers: ("Flags-Reason", reason));
            Assert.Equal((status, path), ((int)got, path));
            Api.Problem(body, got);
        }

        Assert.Contains(JsonSerializer.Deserialize((await api.SendAsync(HttpMethod.Get, "/api/v1/keys")).Body, FlagsJson.Default.KeyList)!.Keys, k => k.Id == key && k.RevokedAt is null && k.Name != "y");
    }

    [Fact]
    public async Task The_reason_of_the_body_wins_and_an_empty_one_is_none()
    {
        Feature feature = await api.CreateAsync();
        string path = $"/api/v1/features/{feature.Name}";
        await api.SendAsync(HttpMethod.Post, $"{path}/enable", """{"reason":"body"}""", headers: ("Flags-Reason", "header"));
        await api.SendAsync(HttpMethod.Post, $"{path}/disable", """{"reason":""}""", headers: ("Flags-Reason", "header"));
        await api.SendAsync(HttpMethod.Post, $"{path}/enable", """{"reason":""}""");
        Assert.Equal([null, "header", "body", null], (await api.HistoryAsync(feature.Name)).History.Select(h => h.Reason));
    }

    [Theory]
    [InlineData("PATCH", "/gates", """{"actors":{"remove":["User;1"]}}""")]
    [InlineData("PATCH", "/gates", """{"boolean":false}""")]
    [InlineData("PUT", "/gates", """{"percentageOfTime":0,"deniedActors":["User;1"]}""")]
    [InlineData("POST", "/revert", """{"version":VERSION}""")]
    [InlineData("POST", "/disable", null)]
    [InlineData("DELETE", "", null)]
    [InlineData("IMPORT", "?mode=merge", """{"version":1,"features":{"NAME":{"boolean":null}}}""")]
    [InlineData("IMPORT", "?mode=merge", """{"format":"flags","formatVersion":1,"features":[{"name":"NAME","protected":false,"gates":{}}]}""")]
    public async Task A_protected_feature_ends_off_only_with_its_name(string method, string route, string? json)
    {
        string name = api.NewName("prot,ected é");
        Feature feature = await api.CreateAsync(isProtected: true, name: name);
        string path = $"/api/v1/features/{Uri.EscapeDataString(name)}";
        await api.SendAsync(HttpMethod.Patch, $"{path}/gates", """{"actors":{"add":["User;1"]}}""");
        json = json?.Replace("NAME", name).Replace("VERSION", feature.Version.ToString());
        (string verb, string where) = method == "IMPORT" ? ("POST", "/api/v1/import" + route) : (method, path + route);
        foreach (string wrong in (string[])["", "true", Uri.EscapeDataString(name) + "x", Uri.EscapeDataString(name.ToUpperInvariant()), "prot,ected"])
            Assert.Equal((428, wrong), ((int)(await api.SendAsync(new HttpMethod(verb), where, json, headers: ("Flags-Confirm", wrong))).Status, wrong));
        foreach (string broken in (string[])["%", "%FF", Uri.EscapeDataString(name) + ",%zz"])
            Assert.Equal((400, broken), ((int)(await api.SendAsync(new HttpMethod(verb), where, json, headers: ("Flags-Confirm", broken))).Status, broken));
        (HttpStatusCode status, string body) = await api.SendAsync(new HttpMethod(verb), where, json);
        Assert.Equal((HttpStatusCode)428, status);
        Assert.Equal(2, (await api.HistoryAsync(name)).History.Count);
        string line = Api.Problem(body, status).Next;
        string confirm = line[(line.IndexOf("Flags-Confirm: ", StringComparison.Ordinal) + 15)..];
        Assert.True((int)(await api.SendAsync(new HttpMethod(verb), where, json, headers: ("Flags-Confirm", "other , " + confirm))).Status < 300);
        Assert.Equal(3, (await api.HistoryAsync(name)).History.Count);
    }

    [Theory]
    [InlineData("PATCH", "/gates", """{"percentageOfTime":1}""")]
    [InlineData("PATCH", "/gates", """{"deniedActors":{"add":["User;1"]}}""")]
    [InlineData("POST", "/enable", null)]
    [InlineData("PATCH", "", """{"description":"x"}""")]
    [InlineData("PATCH", "", """{"protected":false}""")]
    public async Task What_does_not_turn_a_protected_feature_off_needs_no_name(string method, string route, string? json)
    {
        Feature feature = await api.CreateAsync(isProtected: true);
        await api.SendAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}/gates", """{"actors":{"add":["User;1"]}}""");
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(new HttpMethod(method), $"/api/v1/features/{feature.Name}{route}", json)).Status);
    }

    private async Task<HttpStatusCode> WriteAsync(Feature feature, string method, string route, string? json, string header, string value)
    {
        (HttpStatusCode status, string body) = await api.SendAsync(new HttpMethod(method), $"/api/v1/features/{feature.Name}{route}", json?.Replace("VERSION", feature.Version.ToString()), headers: (header, value));
        if ((int)status >= 400)
            Api.Problem(body, status);
        return status;
    }
}
