using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

public sealed class FeatureRouteTests(Api api) : IClassFixture<Api>
{
    [Fact]
    public async Task An_empty_database_starts_with_jobs_processing_on()
    {
        Feature feature = await api.GetAsync("jobs_processing");
        Assert.Equal(FeatureState.On, feature.State);
        Assert.False(feature.Protected);
        Assert.Equal(1, feature.Version);
    }

    [Fact]
    public async Task A_deploy_script_turns_a_feature_off_and_on_and_a_job_sees_it()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        string path = $"/api/v1/features/{feature.Name}";
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Get, $"{path}/check")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Post, $"{path}/disable", """{"reason":"release 41"}""")).Status);
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Get, $"{path}/check");
        Assert.Equal(HttpStatusCode.Locked, status);
        Assert.Equal("urn:flags:problem:off", Api.Problem(body, status).Type);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Post, $"{path}/enable")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Get, $"{path}/check")).Status);
        HistoryList history = await api.HistoryAsync(feature.Name);
        Assert.Equal(["enable", "disable", "create"], history.History.Select(h => h.Action));
        Assert.Equal("release 41", history.History[1].Reason);
        Assert.Equal("setup", history.History[1].Who.Name);
        Assert.Equal(new Difference<bool>(true, false), history.History[1].Change.Boolean);
    }

    [Fact]
    public async Task Asking_for_the_state_that_is_there_writes_nothing()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        (_, string body) = await api.SendAsync(HttpMethod.Post, $"/api/v1/features/{feature.Name}/enable");
        Assert.Equal(feature.Version, JsonSerializer.Deserialize(body, FlagsJson.Default.Feature)!.Version);
        Assert.Single((await api.HistoryAsync(feature.Name)).History);
    }

    [Fact]
    public async Task Enable_clears_the_other_gates_keeps_the_deny_lists_and_revert_brings_all_back()
    {
        Feature feature = await api.CreateAsync();
        string path = $"/api/v1/features/{feature.Name}";
        const string Gates = """
            {"actors":{"add":["User;1","User;2"]},"groups":{"add":["admins"]},"percentageOfActors":12.5,"percentageOfTime":1.0,
             "expression":{"Equal":[{"Property":["plan"]},"pro"]},"deniedActors":{"add":["User;9"]},"deniedGroups":{"add":["bots"]}}
            """;
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Patch, $"{path}/gates", Gates);
        Assert.Equal(HttpStatusCode.OK, status);
        Feature conditional = JsonSerializer.Deserialize(body, FlagsJson.Default.Feature)!;
        Assert.Equal(FeatureState.Conditional, conditional.State);
        await api.SendAsync(HttpMethod.Post, $"{path}/enable");
        Feature on = await api.GetAsync(feature.Name);
        Assert.Equal(Core.Gates.Empty with { Boolean = true, DeniedActors = ["User;9"], DeniedGroups = ["bots"] }, on.Gates);
        (status, body) = await api.SendAsync(HttpMethod.Post, $"{path}/revert", $$"""{"version":{{conditional.Version}}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(conditional.Gates, JsonSerializer.Deserialize(body, FlagsJson.Default.Feature)!.Gates);
        Assert.Contains("\"percentageOfTime\":1.0", body);
    }

    [Fact]
    public async Task A_deleted_feature_is_off_and_a_revert_brings_it_back_with_its_history()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        string path = $"/api/v1/features/{feature.Name}";
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Get, $"{path}/check")).Status);
        (_, string body) = await api.SendAsync(HttpMethod.Post, $"{path}/evaluate");
        Assert.Equal(Reason.NotFound, JsonSerializer.Deserialize(body, FlagsJson.Default.EvaluateAnswer)!.Reason);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Post, $"{path}/revert", $$"""{"version":{{feature.Version}}}""")).Status);
        Assert.Equal(FeatureState.On, (await api.GetAsync(feature.Name)).State);
        Assert.Equal(["revert", "delete", "create"], (await api.HistoryAsync(feature.Name)).History.Select(h => h.Action));
    }

    [Fact]
    public async Task A_stale_If_Match_is_told_who_changed_it_and_changes_nothing()
    {
        Feature feature = await api.CreateAsync();
        string path = $"/api/v1/features/{feature.Name}";
        using HttpResponseMessage read = await api.ResponseAsync(HttpMethod.Get, path);
        string etag = read.Headers.ETag!.Tag;
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Post, $"{path}/enable", headers: ("If-Match", etag))).Status);
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, $"{path}/disable", headers: ("If-Match", etag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, status);
        Problem problem = Api.Problem(body, status);
        Assert.Equal("setup", problem.ChangedBy);
        Assert.Equal(FeatureState.On, (await api.GetAsync(feature.Name)).State);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Post, $"{path}/disable", headers: ("If-Match", problem.CurrentVersion!.ToString()!))).Status);
    }

    [Theory]
    [InlineData("POST", "/disable", null)]
    [InlineData("PATCH", "/gates", """{"boolean":false}""")]
    [InlineData("PUT", "/gates", "{}")]
    [InlineData("POST", "/revert", """{"version":VERSION}""")]
    [InlineData("DELETE", "", null)]
    public async Task A_protected_feature_does_not_end_off_without_its_name(string method, string route, string? json)
    {
        Feature off = await api.CreateAsync(isProtected: true);
        string path = $"/api/v1/features/{off.Name}";
        json = json?.Replace("VERSION", off.Version.ToString());
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Post, $"{path}/enable")).Status);
        (HttpStatusCode status, string body) = await api.SendAsync(new HttpMethod(method), path + route, json);
        Assert.Equal((HttpStatusCode)428, status);
        Assert.Contains($"Flags-Confirm: {off.Name}", Api.Problem(body, status).Next);
        Assert.Equal(FeatureState.On, (await api.GetAsync(off.Name)).State);
        Assert.True((await api.SendAsync(new HttpMethod(method), path + route, json, headers: ("Flags-Confirm", off.Name))).Status is HttpStatusCode.OK or HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.Locked, await CheckAsync(off.Name, deleted: method == "DELETE"));
    }

    private async Task<HttpStatusCode> CheckAsync(string name, bool deleted)
    {
        (HttpStatusCode status, _) = await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{name}/check");
        return deleted && status == HttpStatusCode.NotFound ? HttpStatusCode.Locked : status;
    }
}
