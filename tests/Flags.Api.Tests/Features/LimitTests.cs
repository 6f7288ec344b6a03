using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>At a limit it works, one beyond it is refused with the limit in words, and nothing is changed.</summary>
public sealed class LimitTests(Api api)
{
    [Theory]
    [InlineData("actors", "deniedActors", Limits.Actors)]
    [InlineData("groups", "deniedGroups", Limits.Groups)]
    public async Task Members_of_a_set(string opening, string closing, int most)
    {
        foreach (string set in (string[])[opening, closing])
        {
            Feature feature = await api.CreateAsync();
            string path = $"/api/v1/features/{feature.Name}/gates";
            await AcceptedAsync(HttpMethod.Put, path, $$"""{"{{set}}":{{List(most)}}}""");
            await RefusedAsync(HttpMethod.Put, path, $$"""{"{{set}}":{{List(most + 1)}}}""", "gates." + set, most);
            await RefusedAsync(HttpMethod.Patch, path, $$"""{"{{set}}":{"add":["one more"]} }""", "gates." + set, most);
            await AcceptedAsync(HttpMethod.Patch, path, $$"""{"{{set}}":{"add":["one more"],"remove":["m1"]} }""");
            Assert.Equal(3, (await api.HistoryAsync(feature.Name)).History.Count);
        }
    }

    [Theory]
    [InlineData("description", Limits.Description)]
    [InlineData("owner", Limits.Owner)]
    public async Task Lengths_of_texts(string member, int most)
    {
        Feature feature = await api.CreateAsync();
        await AcceptedAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}", $$"""{"{{member}}":"{{new string('x', most)}}"}""");
        await RefusedAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}", $$"""{"{{member}}":"{{new string('x', most + 1)}}"}""", member, most);
        await RefusedAsync(HttpMethod.Post, "/api/v1/features", $$"""{"name":"never_made","{{member}}":"{{new string('x', most + 1)}}"}""", member, most);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Get, "/api/v1/features/never_made")).Status);
    }

    [Theory]
    [InlineData("actors", Limits.ActorIdLength)]
    [InlineData("groups", Limits.GroupNameLength)]
    [InlineData("deniedActors", Limits.ActorIdLength)]
    [InlineData("deniedGroups", Limits.GroupNameLength)]
    public async Task Lengths_of_members(string set, int most)
    {
        string path = $"/api/v1/features/{(await api.CreateAsync()).Name}/gates";
        await AcceptedAsync(HttpMethod.Patch, path, $$"""{"{{set}}":{"add":["{{new string('x', most)}}"]} }""");
        await RefusedAsync(HttpMethod.Patch, path, $$"""{"{{set}}":{"add":["{{new string('x', most + 1)}}"]} }""", "gates." + set, most);
    }

    [Fact]
    public async Task Tags()
    {
        string path = $"/api/v1/features/{(await api.CreateAsync()).Name}";
        await AcceptedAsync(HttpMethod.Patch, path, $$"""{"tags":{{List(Limits.Tags)}}}""");
        await RefusedAsync(HttpMethod.Patch, path, $$"""{"tags":{{List(Limits.Tags + 1)}}}""", "tags", Limits.Tags);
        await AcceptedAsync(HttpMethod.Patch, path, $$"""{"tags":["{{new string('x', Limits.TagLength)}}"]}""");
        await RefusedAsync(HttpMethod.Patch, path, $$"""{"tags":["{{new string('x', Limits.TagLength + 1)}}"]}""", "tags", Limits.TagLength);
        await RefusedAsync(HttpMethod.Patch, path, """{"tags":[""]}""", "tags", null);
    }

    [Fact]
    public async Task Limit_of_leases()
    {
        string path = $"/api/v1/features/{(await api.CreateAsync()).Name}";
        foreach (string limit in (string[])["1", "10000", "null"])
            await AcceptedAsync(HttpMethod.Patch, path, $$"""{"limit":{{limit}}}""");
        foreach (string limit in (string[])["0", "-1", "10001"])
            await RefusedAsync(HttpMethod.Patch, path, $$"""{"limit":{{limit}}}""", "limit", Limits.LeaseLimit);
    }

    [Fact]
    public async Task Reasons()
    {
        Feature feature = await api.CreateAsync();
        string path = $"/api/v1/features/{feature.Name}", most = new('r', Limits.Reason), more = most + "r";
        await AcceptedAsync(HttpMethod.Post, $"{path}/enable", $$"""{"reason":"{{most}}"}""");
        await RefusedAsync(HttpMethod.Post, $"{path}/disable", $$"""{"reason":"{{more}}"}""", "reason", Limits.Reason);
        foreach ((string method, string where, string? json) in ((string, string, string?)[])[("DELETE", path, null), ("PATCH", path, """{"owner":"x"}"""), ("POST", "/api/v1/keys", """{"name":"x","permissions":["read"]}"""), ("POST", "/api/v1/import", """{"features":{}}""")])
        {
            (HttpStatusCode status, string body) = await api.SendAsync(new HttpMethod(method), where, json, headers: ("Flags-Reason", more));
            Assert.Equal((HttpStatusCode.UnprocessableEntity, where), (status, where));
            Assert.Contains("1000", Api.Problem(body, status).Detail);
        }

        Assert.Equal(2, (await api.HistoryAsync(feature.Name)).History.Count);
    }

    [Theory]
    [InlineData("2.007", "2.007")]
    [InlineData("0", "0")]
    [InlineData("100", "100")]
    [InlineData("10", "10")]
    [InlineData("10.0", "10.0")]
    [InlineData("0.001", "0.001")]
    [InlineData("99.999", "99.999")]
    [InlineData("33.333333333333336", "33.333333333333336")]
    [InlineData("1e1", "10.0")]
    public async Task A_percentage_is_kept_exactly(string sent, string kept)
    {
        Feature feature = await api.CreateAsync();
        foreach (string gate in (string[])["percentageOfActors", "percentageOfTime"])
        {
            await AcceptedAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}/gates", $$"""{"{{gate}}":{{sent}}}""");
            foreach (string read in (string[])[$"/api/v1/features/{feature.Name}", "/api/v1/snapshot", "/api/v1/export", $"/api/v1/features/{feature.Name}/history"])
                Assert.Contains(kept, (await api.SendAsync(HttpMethod.Get, read)).Body);
            Assert.Contains($"\"{gate}\":{kept},", (await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{feature.Name}")).Body);
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("100.5")]
    [InlineData("100.00000000000001")]
    [InlineData("1e400")]
    [InlineData("-0.0001")]
    public async Task A_percentage_outside_0_to_100_is_refused(string sent)
    {
        Feature feature = await api.CreateAsync();
        await RefusedAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}/gates", $$"""{"percentageOfTime":{{sent}}}""", "percentageOfTime", 100);
        await RefusedAsync(HttpMethod.Put, $"/api/v1/features/{feature.Name}/gates", $$"""{"percentageOfActors":{{sent}}}""", "percentageOfActors", 100);
        Assert.Equal(feature.Version, (await api.GetAsync(feature.Name)).Version);
    }

    [Fact]
    public async Task Expressions()
    {
        string path = $"/api/v1/features/{(await api.CreateAsync()).Name}/gates";
        await AcceptedAsync(HttpMethod.Patch, path, $$"""{"expression":{{Deep(Limits.ExpressionDepth)}}}""");
        await RefusedAsync(HttpMethod.Patch, path, $$"""{"expression":{{Deep(Limits.ExpressionDepth + 1)}}}""", "expression", Limits.ExpressionDepth);
        await AcceptedAsync(HttpMethod.Put, path, $$"""{"expression":{{Wide(Limits.ExpressionNodes)}}}""");
        await RefusedAsync(HttpMethod.Put, path, $$"""{"expression":{{Wide(Limits.ExpressionNodes + 1)}}}""", "expression", Limits.ExpressionNodes);
    }

    [Theory]
    [InlineData("/api/v1/features")]
    [InlineData("/api/v1/features/jobs_processing/history")]
    [InlineData("/api/v1/audit")]
    public async Task Rows_of_a_page(string path)
    {
        foreach (string limit in (string[])["1", "200"])
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, $"{path}?limit={limit}")).Status);
        foreach (string limit in (string[])["0", "-1", "201", "x", "", "1.5", "99999999999", "1&limit=2"])
        {
            (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Get, $"{path}?limit={limit}");
            Assert.Equal((HttpStatusCode.BadRequest, limit), (status, limit));
            Assert.Contains(Api.Problem(body, status).Errors!, e => e.Field == "limit" && e.Message.Contains("200", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Actors_of_one_check()
    {
        string path = $"/api/v1/features/{(await api.CreateAsync(enabled: true)).Name}";
        string Bodies(int count) => $$"""{"actors":[{{string.Join(',', Enumerable.Range(1, count).Select(i => $$"""{"id":"{{i}}"}"""))}}]}""";
        await AcceptedAsync(HttpMethod.Post, $"{path}/evaluate", Bodies(100));
        await RefusedAsync(HttpMethod.Post, $"{path}/evaluate", Bodies(101), "actors", Limits.ActorsPerCheck);
        await AcceptedAsync(HttpMethod.Post, $"{path}/evaluate", $$"""{"actors":[{"id":"{{new string('x', Limits.ActorIdLength)}}"}]}""");
        await RefusedAsync(HttpMethod.Post, $"{path}/evaluate", $$"""{"actors":[{"id":"{{new string('x', Limits.ActorIdLength + 1)}}"}]}""", "actors", Limits.ActorIdLength);
        string query = string.Join('&', Enumerable.Range(1, 100).Select(i => $"actor={i}"));
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Get, $"{path}/check?{query}")).Status);
        await RefusedAsync(HttpMethod.Get, $"{path}/check?{query}&actor=101", null, "actors", Limits.ActorsPerCheck);
        await RefusedAsync(HttpMethod.Get, $"{path}/check?actor={new string('x', Limits.ActorIdLength + 1)}", null, "actors", Limits.ActorIdLength);
    }

    private async Task AcceptedAsync(HttpMethod method, string path, string json)
    {
        (HttpStatusCode status, string body) = await api.SendAsync(method, path, json);
        Assert.True((int)status < 300, body);
    }

    private async Task RefusedAsync(HttpMethod method, string path, string? json, string field, int? limit)
    {
        (HttpStatusCode status, string body) = await api.SendAsync(method, path, json);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, field), (status, field));
        Problem problem = Api.Problem(body, status);
        FieldError error = Assert.Single(problem.Errors!, e => e.Field == field);
        Assert.True(limit is null || error.Message.Replace("\u00A0", "").Contains(limit.ToString()!, StringComparison.Ordinal), error.Message);
    }

    private static string List(int count) => JsonSerializer.Serialize(Enumerable.Range(1, count).Select(i => $"m{i}"));

    private static string Deep(int depth) => depth == 1 ? """{"Property":["p"]}""" : $$"""{"Boolean":[{{Deep(depth - 1)}}]}""";

    private static string Wide(int nodes) => $$"""{"Any":[{{string.Join(',', Enumerable.Repeat("""{"Property":["p"]}""", nodes - 1))}}]}""";
}
