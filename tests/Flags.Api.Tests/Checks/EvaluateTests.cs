using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

public sealed class EvaluateTests(Api api)
{
    private const string Pro = """{"expression":{"All":[{"Equal":[{"Property":["plan"]},"pro"]},{"GreaterThan":[{"Property":["age"]},17]}]} }""";

    [Theory]
    [InlineData("{}", "{}", false, Reason.Off, null)]
    [InlineData("""{"boolean":true}""", "{}", true, Reason.Opened, Gate.Boolean)]
    [InlineData("""{"actors":["User;1"]}""", "{}", false, Reason.NoMatch, null)]
    [InlineData("""{"actors":["User;1"]}""", """{"actors":[{"id":"User;1"}]}""", true, Reason.Opened, Gate.Actor)]
    [InlineData("""{"actors":["User;1"]}""", """{"actors":[{"id":"user;1"},{"id":""},{}]}""", false, Reason.NoMatch, null)]
    [InlineData("""{"actors":["User;1"]}""", """{"actors":[{"id":"User;2"},{"id":"User;1"}]}""", true, Reason.Opened, Gate.Actor)]
    [InlineData("""{"actors":[""]}""", """{"actors":[{"id":""}]}""", true, Reason.Opened, Gate.Actor)]
    [InlineData("""{"groups":["admins"]}""", """{"actors":[{"id":"User;1","groups":["admins"]}]}""", true, Reason.Opened, Gate.Group)]
    [InlineData("""{"groups":["admins"]}""", """{"actors":[{"groups":["staff","admins"]}]}""", true, Reason.Opened, Gate.Group)]
    [InlineData("""{"groups":["admins"]}""", """{"actors":[{"id":"x","properties":{"groups":["admins"]}}]}""", true, Reason.Opened, Gate.Group)]
    [InlineData("""{"groups":["admins"]}""", """{"actors":[{"groups":["Admins"]}]}""", false, Reason.NoMatch, null)]
    [InlineData("""{"percentageOfActors":100}""", """{"actors":[{"id":"x"}]}""", true, Reason.Opened, Gate.PercentageOfActors)]
    [InlineData("""{"percentageOfActors":100}""", "{}", false, Reason.NoMatch, null)]
    [InlineData("""{"percentageOfTime":100}""", "{}", true, Reason.Opened, Gate.PercentageOfTime)]
    [InlineData("""{"percentageOfTime":0}""", "{}", false, Reason.Off, null)]
    [InlineData(Pro, """{"actors":[{"id":"1","properties":{"plan":"pro","age":18}}]}""", true, Reason.Opened, Gate.Expression)]
    [InlineData(Pro, """{"actors":[{"id":"1","properties":{"plan":"pro","age":17}}]}""", false, Reason.NoMatch, null)]
    [InlineData(Pro, """{"actors":[{"id":"1","properties":{"plan":"pro"}},{"id":"2","properties":{"age":18}}]}""", false, Reason.NoMatch, null)]
    [InlineData("""{"boolean":true,"deniedActors":["User;1"]}""", """{"actors":[{"id":"User;2"},{"id":"User;1"}]}""", false, Reason.Denied, Gate.DeniedActor)]
    [InlineData("""{"boolean":true,"deniedGroups":["bots"]}""", """{"actors":[{"id":"User;1","groups":["bots"]}]}""", false, Reason.Denied, Gate.DeniedGroup)]
    [InlineData("""{"boolean":true,"deniedActors":["User;1"]}""", "{}", true, Reason.Opened, Gate.Boolean)]
    public async Task The_answer_says_whether_and_why(string gates, string body, bool enabled, Reason reason, Gate? gate)
    {
        Feature feature = await GatesAsync(gates);
        EvaluateAnswer answer = await EvaluateAsync(feature.Name, body);
        Assert.Equal((enabled, reason, gate, feature.Version), (answer.Enabled, answer.Reason, answer.Gate, answer.Version));
        Assert.Null(answer.Explanation);
        EvaluateAnswer explained = await EvaluateAsync(feature.Name, body, "?explain=true");
        Assert.Equal(enabled, explained.Enabled);
        Assert.Equal(9, explained.Explanation!.Count);
        Assert.Equal(gate, explained.Explanation.SingleOrDefault(line => line.Decides)?.Gate);
        Assert.All(explained.Explanation, line => Assert.NotEmpty(line.Text));
    }

    [Fact]
    public async Task A_feature_that_does_not_exist_is_off()
    {
        EvaluateAnswer answer = await EvaluateAsync(api.NewName("nowhere"), "{}", "?explain=true");
        Assert.Equal((false, Reason.NotFound, null, 0L), (answer.Enabled, answer.Reason, answer.Gate, answer.Version));
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{api.NewName("nowhere")}/check");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("counts as off", Api.Problem(body, status).Detail);
    }

    [Theory]
    [InlineData("", 423)]
    [InlineData("?actor=User;1", 204)]
    [InlineData("?actor=User%3B1", 204)]
    [InlineData("?actor=User;2", 423)]
    [InlineData("?actor=User;2&actor=User;1", 204)]
    [InlineData("?group=admins", 204)]
    [InlineData("?actor=User;2&group=staff&group=admins", 204)]
    [InlineData("?actor=User;2&group=staff", 423)]
    [InlineData("?actor=User;9&group=admins", 423)]
    [InlineData("?actor=", 423)]
    [InlineData("?Actor=User;1", 204)]
    public async Task Check_answers_a_script_by_its_status(string query, int expected)
    {
        Feature feature = await GatesAsync("""{"actors":["User;1"],"groups":["admins"],"deniedActors":["User;9"]}""");
        using HttpResponseMessage response = await api.ResponseAsync(HttpMethod.Get, $"/api/v1/features/{feature.Name}/check{query}");
        Assert.Equal(expected, (int)response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
        string body = await response.Content.ReadAsStringAsync();
        if (expected == 204)
        {
            Assert.Empty(body);
            return;
        }

        Assert.Equal(Api.Problem(body, HttpStatusCode.Locked).RetryAfterSeconds, (int)response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
    }

    [Fact]
    public async Task An_expression_that_refers_to_another_feature_follows_it()
    {
        Feature other = await api.CreateAsync();
        Feature feature = await GatesAsync($$"""{"expression":{"FeatureEnabled":["{{other.Name}}"]} }""");
        Assert.False((await EvaluateAsync(feature.Name, "{}")).Enabled);
        await api.SendAsync(HttpMethod.Post, $"/api/v1/features/{other.Name}/enable");
        Assert.True((await EvaluateAsync(feature.Name, "{}")).Enabled);
    }

    [Fact]
    public async Task A_share_of_actors_is_always_the_same_actors()
    {
        Feature feature = await GatesAsync("""{"percentageOfActors":50}""");
        var on = new HashSet<int>();
        for (int round = 0; round < 2; round++)
        {
            var now = new HashSet<int>();
            for (int i = 0; i < 40; i++)
            {
                if ((await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{feature.Name}/check?actor={i}")).Status == HttpStatusCode.NoContent)
                    now.Add(i);
            }

            Assert.True(round == 0 || now.SetEquals(on));
            on = now;
        }

        Assert.InRange(on.Count, 5, 35);
    }

    [Theory]
    [InlineData("explain=yes")]
    [InlineData("explain=1")]
    public async Task A_mistyped_explain_is_refused(string query) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync(HttpMethod.Post, $"/api/v1/features/jobs_processing/evaluate?{query}")).Status);

    private async Task<Feature> GatesAsync(string gates)
    {
        Feature feature = await api.CreateAsync();
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Put, $"/api/v1/features/{feature.Name}/gates", gates);
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize(body, FlagsJson.Default.Feature)!;
    }

    private async Task<EvaluateAnswer> EvaluateAsync(string name, string body, string query = "")
    {
        (HttpStatusCode status, string answer) = await api.SendAsync(HttpMethod.Post, $"/api/v1/features/{name}/evaluate{query}", body);
        Assert.True(status == HttpStatusCode.OK, answer);
        return JsonSerializer.Deserialize(answer, FlagsJson.Default.EvaluateAnswer)!;
    }
}
