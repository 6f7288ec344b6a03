using System.Net;
using Flags.Core;

namespace Flags.Api.Tests;

public sealed class ConditionalTests(Own own) : IClassFixture<Own>
{
    private readonly Api api = own.Api;

    public static TheoryData<string, string, string?> Writes => new()
    {
        { "PATCH", "", """{"owner":"somebody"}""" },
        { "POST", "/enable", null },
        { "POST", "/disable", "{}" },
        { "PATCH", "/gates", """{"groups":{"add":["g"]}}""" },
        { "PUT", "/gates", """{"groups":["g"]}""" },
        { "POST", "/revert", """{"version":VERSION}""" },
        { "DELETE", "", null },
    };

    [Theory]
    [InlineData("/api/v1/features")]
    [InlineData("/api/v1/features?search=jobs")]
    [InlineData("/api/v1/features/jobs_processing")]
    [InlineData("/api/v1/snapshot")]
    [InlineData("/api/v1/export")]
    public async Task What_did_not_change_is_304(string path)
    {
        string tag = await TagAsync(path);
        Assert.StartsWith("\"", tag);
        foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            foreach (string sent in (string[])[tag, $"W/{tag}", $"\"other\", {tag}", $"\"other\",W/{tag} , \"more\"", "*"])
            {
                using HttpResponseMessage same = await api.ResponseAsync(method, path, headers: ("If-None-Match", sent));
                Assert.Equal((HttpStatusCode.NotModified, method, sent), (same.StatusCode, method, sent));
                Assert.Equal(tag, same.Headers.ETag?.ToString());
                Assert.True(same.Headers.CacheControl?.NoStore);
                Assert.Empty(await same.Content.ReadAsByteArrayAsync());
            }
        }

        foreach (string sent in (string[])["\"other\"", "other", tag.Trim('"'), "\"\"", ",", "W/"])
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, path, headers: ("If-None-Match", sent))).Status);
        await api.SendAsync(HttpMethod.Patch, "/api/v1/features/jobs_processing", $$"""{"description":"{{api.NewName()}}"}""");
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, path, headers: ("If-None-Match", tag))).Status);
        Assert.NotEqual(tag, await TagAsync(path));
    }

    [Fact]
    public async Task Keys_that_see_other_features_get_other_tags()
    {
        using HttpClient limited = await api.Server.ClientAsync("read evaluate", "jobs_*");
        foreach (string path in (string[])["/api/v1/features", "/api/v1/snapshot", "/api/v1/export"])
        {
            string tag = await TagAsync(path);
            Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, path, http: limited, headers: ("If-None-Match", tag))).Status);
        }
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Every_write_honours_If_Match(string method, string route, string? json)
    {
        foreach (Func<Feature, string, string> good in (Func<Feature, string, string>[])[(_, tag) => tag, (f, _) => $"{f.Version}", (f, _) => $"\"{f.Version}\"", (_, tag) => $"\"1-1\", {tag}", (_, _) => "*"])
        {
            (Feature feature, string tag) = await FeatureAsync();
            Assert.True((int)await WriteAsync(feature, method, route, json, good(feature, tag)) < 300);
        }

        (Feature now, string current) = await FeatureAsync();
        foreach ((string sent, int status) in ((string, int)[])[("\"1-1\"", 412), ("1", 412), ($"\"{now.Version}-1\"", 412), ("\"1-1\",\"2-2\"", 412), ($"W/{current}", 400), ("x", 400), ("\"x\"", 400), ("", 400), ($"{current},x", 400), ("99999999999999999999", 400)])
            Assert.Equal((status, sent), ((int)await WriteAsync(now, method, route, json, sent), sent));
        Assert.Equal(now.Version, (await api.GetAsync(now.Name)).Version);
        Assert.Equal(2, (await api.HistoryAsync(now.Name)).History.Count);
    }

    [Fact]
    public async Task A_write_answers_the_tag_that_a_read_shows_and_is_never_304()
    {
        (Feature feature, string tag) = await FeatureAsync();
        using HttpResponseMessage write = await api.ResponseAsync(HttpMethod.Post, $"/api/v1/features/{feature.Name}/enable", headers: ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.OK, write.StatusCode);
        Assert.NotEqual(tag, write.Headers.ETag!.Tag);
        Assert.Equal(write.Headers.ETag.Tag, await TagAsync($"/api/v1/features/{feature.Name}"));
    }

    [Fact]
    public async Task A_change_that_evaluation_does_not_see_moves_the_version_and_not_what_was_seen()
    {
        (Feature feature, string tag) = await FeatureAsync();
        await api.SendAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}", """{"description":"x"}""");
        string after = await TagAsync($"/api/v1/features/{feature.Name}");
        Assert.Equal(tag.Split('-')[1], after.Split('-')[1]);
        Assert.NotEqual(tag.Split('-')[0], after.Split('-')[0]);
    }

    private async Task<(Feature, string)> FeatureAsync()
    {
        Feature feature = await api.CreateAsync();
        await api.SendAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}/gates", """{"actors":{"add":["User;1"]}}""");
        return (await api.GetAsync(feature.Name), await TagAsync($"/api/v1/features/{feature.Name}"));
    }

    private async Task<HttpStatusCode> WriteAsync(Feature feature, string method, string route, string? json, string match)
    {
        (HttpStatusCode status, string body) = await api.SendAsync(
            new HttpMethod(method), $"/api/v1/features/{feature.Name}{route}", json?.Replace("VERSION", (feature.Version - 1).ToString()), headers: ("If-Match", match));
        if ((int)status >= 400)
            Api.Problem(body, status);
        return status;
    }

    private async Task<string> TagAsync(string path)
    {
        using HttpResponseMessage response = await api.ResponseAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.ETag!.ToString();
    }
}
