using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

public sealed class UsageTests(Api api)
{
    [Fact]
    public async Task Checks_and_reports_are_counted_and_change_no_version()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        string path = $"/api/v1/features/{feature.Name}";
        Assert.Equal(new UsageInfo(feature.Name, 0, 0, null, null), await UsageAsync(feature.Name));
        await api.SendAsync(HttpMethod.Get, $"{path}/check");
        await api.SendAsync(HttpMethod.Post, $"{path}/evaluate");
        using HttpClient job = await api.Server.ClientAsync("evaluate");
        string report = $$"""{"counts":[{"feature":"{{feature.Name}}","on":10,"off":5},{"feature":"nobody_made_it","on":1,"off":1},{"feature":"{{feature.Name}}","on":0,"off":1}]}""";
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Post, "/api/v1/usage", report, job)).Status);
        UsageInfo usage = await UsageAsync(feature.Name);
        Assert.Equal((12, 6, "test evaluate"), (usage.On, usage.Off, usage.LastEvaluatedBy));
        Assert.NotNull(usage.LastEvaluatedAt);
        Assert.Equal(feature.Version, (await api.GetAsync(feature.Name)).Version);
    }

    [Fact]
    public async Task No_check_is_lost_while_counts_are_written()
    {
        Feature feature = await api.CreateAsync();
        int stop = 0;
        Task reader = Task.Run(async () =>
        {
            while (Volatile.Read(ref stop) == 0)
                await UsageAsync(feature.Name);
        });
        await Parallel.ForAsync(0, 1_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{feature.Name}/check"));
        Volatile.Write(ref stop, 1);
        await reader;
        Assert.Equal(1_000, (await UsageAsync(feature.Name)).Off);
    }

    [Fact]
    public async Task A_limited_key_reports_only_what_it_may_see()
    {
        Feature mine = await api.CreateAsync(name: api.NewName("mine")), other = await api.CreateAsync(name: api.NewName("other"));
        using HttpClient job = await api.Server.ClientAsync("evaluate", "mine_*");
        string report = $$"""{"counts":[{"feature":"{{mine.Name}}","on":1,"off":0},{"feature":"{{other.Name}}","on":1,"off":0}]}""";
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Post, "/api/v1/usage", report, job)).Status);
        Assert.Equal((1, 0), ((await UsageAsync(mine.Name)).On, (await UsageAsync(other.Name)).On));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1000000001")]
    [InlineData("9223372036854775807")]
    [InlineData("-9223372036854775808")]
    public async Task A_count_that_cannot_be_is_refused(string on)
    {
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, "/api/v1/usage", $$"""{"counts":[{"feature":"jobs_processing","on":{{on}},"off":0}]}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("counts", Assert.Single(Api.Problem(body, status).Errors!).Field);
    }

    private async Task<UsageInfo> UsageAsync(string name)
    {
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{name}/usage");
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize(body, FlagsJson.Default.UsageInfo)!;
    }
}
