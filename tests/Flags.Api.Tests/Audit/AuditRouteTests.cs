using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

public sealed class AuditRouteTests(Api api)
{
    [Fact]
    public async Task The_audit_pages_by_who_what_feature_and_time()
    {
        string feature = (await api.CreateAsync()).Name;
        foreach (string action in (string[])["enable", "disable", "enable"])
            await api.SendAsync(HttpMethod.Post, $"/api/v1/features/{feature}/{action}");
        var seen = new List<AuditEntry>();
        for (string? link = $"/api/v1/audit?feature={feature}&who=setup&what=feature&limit=1"; link is not null;)
        {
            using HttpResponseMessage response = await api.ResponseAsync(HttpMethod.Get, link);
            seen.AddRange(JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), FlagsJson.Default.AuditList)!.Audit);
            link = response.Headers.TryGetValues("Link", out IEnumerable<string>? links) ? links.Single()[1..links.Single().IndexOf('>')] : null;
        }

        Assert.Equal(["feature.enable", "feature.disable", "feature.enable", "feature.create"], seen.Select(a => a.What));
        string from = Uri.EscapeDataString(seen[1].At.UtcDateTime.ToString("O"));
        Assert.Equal(2, (await AuditAsync($"feature={feature}&from={from}")).Count);
        Assert.Equal(2, (await AuditAsync($"feature={feature}&to={from}")).Count);
        Assert.Single(await AuditAsync($"feature={feature}&what=feature.disable"));
        Assert.Empty(await AuditAsync($"feature={feature}&who=somebody"));
    }

    private async Task<IReadOnlyList<AuditEntry>> AuditAsync(string query) =>
        JsonSerializer.Deserialize((await api.SendAsync(HttpMethod.Get, $"/api/v1/audit?{query}")).Body, FlagsJson.Default.AuditList)!.Audit;

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("who=%00", "who")]
    [InlineData("feature=a%00", "feature")]
    public async Task A_wrong_parameter_is_named(string query, string field)
    {
        (System.Net.HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Get, $"/api/v1/audit?{query}");
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, status);
        Assert.Equal(field, Assert.Single(Api.Problem(body, status).Errors!).Field);
    }
}
