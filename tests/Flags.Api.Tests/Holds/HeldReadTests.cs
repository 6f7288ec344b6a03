using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>While a deploy holds a feature everybody reads off, whatever its gates say.</summary>
public sealed class HeldReadTests(Own own) : IClassFixture<Own>
{
    private readonly Api api = own.Api;

    [Fact]
    public async Task A_held_feature_reads_off_everywhere_and_comes_back_as_it_was()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        await using EventReader stream = await EventReader.OpenAsync(api.Http);
        PlacedHold hold = await api.HoldAsync(feature, ""","holder":"ci 17","url":"https://ci.example.org/17" """);

        Problem check = (await api.CallAsync("GET", $"/features/{feature.Name}/check")).Problem;
        Assert.Equal(("urn:flags:problem:held", 423), (check.Type, check.Status));
        Assert.InRange(check.RetryAfterSeconds!.Value, 1, 5);
        foreach (string told in (string[])["ci 17", "v42", "https://ci.example.org/17", UtcTimeConverter.Format(hold.ExpiresAt)[..16]])
            Assert.Contains(told, JsonSerializer.Serialize(check, FlagsJson.Relaxed.Problem));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await api.CallAsync("GET", $"/features/{feature.Name}/check?refuse=429")).Status);

        EvaluateAnswer evaluated = await EvaluateAsync(feature);
        Assert.Equal((false, Reason.Held), (evaluated.Enabled, evaluated.Reason));
        SnapshotFeature seen = await SnapshotAsync(feature);
        Assert.Equal((true, hold.Id), (seen.Gates.Boolean, Assert.Single(seen.Holds).Id));
        Assert.Equal(hold.Id, Assert.Single((await stream.UntilAsync(feature.Name)).Body.Features.Single(f => f.Name == feature.Name).Holds).Id);
        Feature held = await api.GetAsync(feature.Name);
        Assert.Equal((true, FeatureState.On), (held.Held, held.State));
        Assert.True((await ListedAsync("held", feature))!.Held);

        await api.ReleaseAsync(hold);
        Assert.True((await EvaluateAsync(feature)).Enabled);
        Assert.Empty((await SnapshotAsync(feature)).Holds);
        Assert.Null(await ListedAsync("held", feature));
        Assert.False((await ListedAsync("on", feature))!.Held);
        Assert.Empty((await stream.UntilAsync(feature.Name)).Body.Features.Single(f => f.Name == feature.Name).Holds);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync("GET", $"/features/{feature.Name}/check")).Status);
    }

    [Fact]
    public async Task Turning_a_held_feature_on_leaves_it_held_and_the_answer_says_by_whom()
    {
        Feature feature = await api.CreateAsync();
        PlacedHold hold = await api.HoldAsync(feature, ""","holder":"ci 17" """);
        foreach ((string method, string rest, string json) in ((string, string, string)[])[("POST", "/enable", "{}"), ("PATCH", "/gates", """{"boolean":true}"""), ("PATCH", "", """{"description":"x"}""")])
        {
            Deploys.Reply reply = await api.CallAsync(method, $"/features/{feature.Name}{rest}", json);
            Assert.Equal((HttpStatusCode.OK, "ci%2017", rest), (reply.Status, reply.Header("Flags-Held-By"), rest));
            Assert.True(JsonSerializer.Deserialize(reply.Body, FlagsJson.Default.Feature)!.Held);
        }

        Assert.Equal("held", (await api.CallAsync("POST", $"/features/{feature.Name}/leases")).Slug);
        await api.ReleaseAsync(hold);
        Assert.Null((await api.CallAsync("POST", $"/features/{feature.Name}/enable")).Header("Flags-Held-By"));
        await api.EnterAsync(feature);
    }

    private async Task<Feature?> ListedAsync(string state, Feature feature) =>
        JsonSerializer.Deserialize((await api.CallAsync("GET", $"/features?state={state}&search={feature.Name}")).Body, FlagsJson.Default.FeatureList)!.Features.SingleOrDefault(f => f.Name == feature.Name);

    private async Task<EvaluateAnswer> EvaluateAsync(Feature feature) =>
        JsonSerializer.Deserialize((await api.CallAsync("POST", $"/features/{feature.Name}/evaluate", "{}")).Body, FlagsJson.Default.EvaluateAnswer)!;

    private async Task<SnapshotFeature> SnapshotAsync(Feature feature) =>
        JsonSerializer.Deserialize((await api.CallAsync("GET", "/snapshot")).Body, FlagsJson.Default.SnapshotBody)!.Features.Single(f => f.Name == feature.Name);
}
