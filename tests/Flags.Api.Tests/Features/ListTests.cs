using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>The list of 92 real names, imported from Flipper, a page at a time.</summary>
public sealed class ListTests(Imported imported) : IClassFixture<Imported>
{
    private readonly Api api = imported.Api;

    [Fact]
    public async Task Pages_of_seven_walk_through_all_features_once()
    {
        string? link = "/api/v1/features?limit=7", query = link;
        var names = new List<string>();
        for (int pages = 1; link is not null; pages++)
        {
            (FeatureList page, string? next) = await PageAsync(link);
            (FeatureList same, _) = await PageAsync(query!);
            Assert.Equal(page.Features.Select(f => f.Name), same.Features.Select(f => f.Name));
            Assert.Equal(93, page.Total);
            Assert.Equal(next is null, page.NextCursor is null);
            Assert.True(next is null ? page.Features.Count == 93 % 7 : page.Features.Count == 7);
            names.AddRange(page.Features.Select(f => f.Name));
            (link, query) = (next, $"/api/v1/features?limit=7&cursor={page.NextCursor}");
            Assert.True(pages < 15);
        }

        Assert.Equal(imported.Names.Append("jobs_processing").OrderBy(n => n, Utf8Order.Instance), names);
    }

    [Theory]
    [InlineData("search=form")]
    [InlineData("search=FORM")]
    [InlineData("search=no%20such%20thing")]
    [InlineData("state=on")]
    [InlineData("state=off")]
    [InlineData("state=conditional")]
    [InlineData("state=held")]
    [InlineData("tag=deploy")]
    [InlineData("tag=DEPLOY")]
    [InlineData("search=Jobs%20may%20start")]
    [InlineData("search=a&state=conditional")]
    [InlineData("search=&tag=&state=")]
    public async Task Filters_narrow_the_list_and_go_with_the_next_link(string query)
    {
        (FeatureList all, _) = await PageAsync("/api/v1/features?limit=200");
        string? Value(string name) => query.Split('&').Select(p => p.Split('=')).Where(p => p[0] == name).Select(p => Uri.UnescapeDataString(p[1])).FirstOrDefault(v => v.Length > 0);
        string[] expected = [.. all.Features
            .Where(f => Value("search") is not { } s || f.Name.Contains(s, StringComparison.OrdinalIgnoreCase) || f.Description.Contains(s, StringComparison.OrdinalIgnoreCase))
            .Where(f => Value("state") is not { } s || f.State.ToString().Equals(s, StringComparison.OrdinalIgnoreCase))
            .Where(f => Value("tag") is not { } t || f.Tags.Contains(t)).Select(f => f.Name)];
        var found = new List<string>();
        for (string? link = $"/api/v1/features?{query}&limit=10"; link is not null;)
        {
            (FeatureList page, link) = await PageAsync(link);
            Assert.Equal(expected.Length, page.Total);
            found.AddRange(page.Features.Select(f => f.Name));
        }

        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("state=ON", "state")]
    [InlineData("state=x", "state")]
    [InlineData("cursor=%21", "cursor")]
    [InlineData("cursor=a", "cursor")]
    public async Task A_wrong_parameter_is_named(string query, string field)
    {
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Get, $"/api/v1/features?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(field, Assert.Single(Api.Problem(body, status).Errors!).Field);
    }

    [Fact]
    public async Task A_limited_key_counts_and_pages_only_what_it_may_see()
    {
        using HttpClient limited = await api.Server.ClientAsync("read", "*form*");
        (HttpStatusCode _, string body) = await api.SendAsync(HttpMethod.Get, "/api/v1/features?limit=200", http: limited);
        FeatureList list = JsonSerializer.Deserialize(body, FlagsJson.Default.FeatureList)!;
        Assert.Equal(imported.Names.Count(n => n.Contains("form", StringComparison.Ordinal)), list.Total);
        Assert.All(list.Features, f => Assert.Contains("form", f.Name));
    }

    [Theory]
    [InlineData("/api/v1/audit?who=%00")]
    [InlineData("/api/v1/audit?what=%00")]
    [InlineData("/api/v1/audit?feature=a%00b")]
    [InlineData("/api/v1/audit?what=%25%27%22")]
    [InlineData("/api/v1/audit?cursor=-1")]
    [InlineData("/api/v1/audit?who=%FF%FE")]
    [InlineData("/api/v1/audit?from=0001-01-01&to=9999-12-31")]
    [InlineData("/api/v1/features/jobs_processing/history?cursor=-1")]
    [InlineData("/api/v1/features?search=%00&tag=%00")]
    public async Task An_odd_parameter_is_never_a_failure(string path) =>
        Assert.True((int)(await api.SendAsync(HttpMethod.Get, path)).Status is >= 200 and < 500);

    private async Task<(FeatureList Page, string? Next)> PageAsync(string path)
    {
        using HttpResponseMessage response = await api.ResponseAsync(HttpMethod.Get, path);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return (JsonSerializer.Deserialize(body, FlagsJson.Default.FeatureList)!, Next(response));
    }

    private static string? Next(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? links.Single()[1..links.Single().IndexOf('>')] : null;
}
