using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>Names are data, whatever they look like in a path.</summary>
public sealed class NameTests(Api api)
{
    public static TheoryData<string> Odd =>
    [
        "a/b", "/", "//", "a+b", "a%2Fb", "a%252Fb", "%", "%41", "two words", "\U0001F680 launch", "e\u0301t\u00E9", "\u00E9t\u00E9", "ключ", "a\u2028b", "a\u00A0b", "a,b", "a;b=c", "a?b#c&d=e",
        "\"quoted\"", "<script>", "a\\b", "null", "*", "jobs_*", "features", "check", "gates", "history", "evaluate", "usage", "api", "..", ".", "...", "../..", "../features", "CASE", "case",
        new string('n', 255), string.Concat(Enumerable.Repeat("\U0001F680", 255)),
    ];

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task A_feature_of_any_name_is_created_read_changed_checked_and_deleted(string name)
    {
        using HttpResponseMessage created = await api.ResponseAsync(HttpMethod.Post, "/api/v1/features", JsonSerializer.Serialize(new CreateFeature { Name = name }, FlagsJson.Default.CreateFeature));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        string path = $"/api/v1/features/{Uri.EscapeDataString(name).Replace(".", "%2E")}";
        Assert.Equal(name, Read(await OkAsync(HttpMethod.Get, path)).Name);
        Assert.Equal(name, Read(await OkAsync(HttpMethod.Get, created.Headers.Location!.OriginalString.Replace("/.", "/%2E").Replace("%2E.", "%2E%2E"))).Name);
        Assert.Equal(["User;1"], Read(await OkAsync(HttpMethod.Patch, $"{path}/gates", """{"actors":{"add":["User;1"]}}""")).Gates.Actors);
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Get, $"{path}/check?actor=User%3B1")).Status);
        Assert.Contains("\"enabled\":true", await OkAsync(HttpMethod.Post, $"{path}/evaluate", """{"actors":[{"id":"User;1"}]}"""));
        Assert.Equal(name, JsonSerializer.Deserialize(await OkAsync(HttpMethod.Get, $"{path}/usage"), FlagsJson.Default.UsageInfo)!.Feature);
        await WalksHistoryAsync(path);
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Delete, path)).Status);
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains($"\"{name}\"", Api.Problem(body, status).Detail);
    }

    [Theory]
    [InlineData(" trimmed ", "trimmed")]
    [InlineData("\u200Binvisible\u200B", "invisible")]
    [InlineData("\ttab\n", "tab")]
    public async Task A_name_is_stored_without_what_nobody_sees(string sent, string stored)
    {
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, "/api/v1/features", JsonSerializer.Serialize(new CreateFeature { Name = sent }, FlagsJson.Default.CreateFeature));
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(stored, Read(body).Name);
        Assert.Equal(HttpStatusCode.Conflict, (await api.SendAsync(HttpMethod.Post, "/api/v1/features", $$"""{"name":"{{stored}}"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{Uri.EscapeDataString(sent)}")).Status);
    }

    [Fact]
    public async Task Empty_and_too_long_names_are_refused_with_the_limit()
    {
        foreach (string name in (string[])["", " ", "\u200B", new('n', 256), string.Concat(Enumerable.Repeat("\U0001F680", 256))])
        {
            (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, "/api/v1/features", JsonSerializer.Serialize(new CreateFeature { Name = name }, FlagsJson.Default.CreateFeature));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
            FieldError error = Assert.Single(Api.Problem(body, status).Errors!);
            Assert.Equal("name", error.Field);
            Assert.Contains("255", error.Message);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{new string('n', 256)}")).Status);
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%4")]
    [InlineData("a%zz")]
    [InlineData("%FF")]
    [InlineData("%C0%AF")]
    [InlineData("%ED%A0%80")]
    [InlineData("%+1")]
    public async Task A_broken_escape_is_400_on_every_route(string name)
    {
        foreach (Route route in Route.All.Where(r => r.Pattern.Contains("{name}", StringComparison.Ordinal)))
        {
            (HttpStatusCode status, string body) = await api.SendAsync(new HttpMethod(route.Method), "/api/v1" + route.Pattern.Replace("{name}", name).Replace("{id}", Route.Hold), route.Json);
            Assert.Equal((HttpStatusCode.BadRequest, route), (status, route));
            Assert.Equal("urn:flags:problem:malformed", Api.Problem(body, status).Type);
        }
    }

    [Fact]
    public async Task Different_escapes_of_one_name_are_one_feature()
    {
        Feature feature = await api.CreateAsync(name: api.NewName("é/x"));
        string escaped = Uri.EscapeDataString(feature.Name);
        foreach (string other in (string[])[escaped.ToLowerInvariant(), escaped.Replace("x", "%78"), escaped.Replace("_", "%5F")])
            Assert.Equal(feature.Name, Read(await OkAsync(HttpMethod.Get, $"/api/v1/features/{other}")).Name);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{escaped.Replace("%2F", "%252F")}")).Status);
    }

    private async Task WalksHistoryAsync(string path)
    {
        using HttpResponseMessage first = await api.ResponseAsync(HttpMethod.Get, $"{path}/history?limit=1");
        string next = first.Headers.GetValues("Link").Single();
        Assert.EndsWith(">; rel=\"next\"", next);
        string page = await OkAsync(HttpMethod.Get, next[1..next.IndexOf('>')]);
        Assert.Equal("create", Assert.Single(JsonSerializer.Deserialize(page, FlagsJson.Default.HistoryList)!.History).Action);
    }

    private async Task<string> OkAsync(HttpMethod method, string path, string? json = null)
    {
        (HttpStatusCode status, string body) = await api.SendAsync(method, path, json);
        Assert.True(status == HttpStatusCode.OK, $"{method} {path}: {(int)status} {body}");
        return body;
    }

    private static Feature Read(string body) => JsonSerializer.Deserialize(body, FlagsJson.Default.Feature)!;
}
