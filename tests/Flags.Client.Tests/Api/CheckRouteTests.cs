using System.Text.Json;
using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

public sealed class CheckRouteTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IFlagsApi Api => server.Api;

    [Fact]
    public async Task A_check_says_on_off_or_missing()
    {
        await Api.CreateFeatureAsync(new CreateFeature { Name = "check_on", Enabled = true }, null, Cancellation);
        await Api.CreateFeatureAsync(new CreateFeature { Name = "check_off" }, null, Cancellation);

        CheckAnswer on = await Api.CheckAsync("check_on", cancellationToken: Cancellation);
        CheckAnswer off = await Api.CheckAsync("check_off", cancellationToken: Cancellation);
        CheckAnswer missing = await Api.CheckAsync("check_missing", cancellationToken: Cancellation);

        Assert.Equal(new CheckAnswer(true, null), on);
        Assert.Equal((false, 423, 5), (off.Enabled, off.Off?.Status, off.Off?.RetryAfterSeconds));
        Assert.Equal((false, "urn:flags:problem:not-found"), (missing.Enabled, missing.Off?.Type));
    }

    [Fact]
    public async Task A_check_carries_actors_and_groups_character_for_character()
    {
        const string actor = "User;1&group=x + ü/🚀", group = "a&b=c";
        await Api.CreateFeatureAsync(new CreateFeature { Name = "check_actor" }, null, Cancellation);
        await Api.CreateFeatureAsync(new CreateFeature { Name = "check_group" }, null, Cancellation);
        await Api.PutGatesAsync("check_actor", new Gates { Actors = [actor] }, null, Cancellation);
        await Api.PutGatesAsync("check_group", new Gates { Groups = [group] }, null, Cancellation);

        Assert.True((await Api.CheckAsync("check_actor", ["other", actor], null, Cancellation)).Enabled);
        Assert.False((await Api.CheckAsync("check_actor", ["other"], [group], Cancellation)).Enabled);
        Assert.True((await Api.CheckAsync("check_group", null, [group], Cancellation)).Enabled);
    }

    [Fact]
    public async Task Evaluate_says_why_and_explains_each_gate()
    {
        await Api.CreateFeatureAsync(new CreateFeature { Name = "check_why" }, null, Cancellation);
        Assert.True(Expression.TryParse("""{"Equal":[{"Property":["plan"]},"pro"]}""", ExpressionRules.Strict, out Expression? expression, out _));
        await Api.PutGatesAsync("check_why", new Gates { Expression = expression }, null, Cancellation);
        var pro = new ActorBody { Id = "User;1", Properties = new Dictionary<string, JsonElement> { ["plan"] = JsonElement.Parse("\"pro\"") } };

        EvaluateAnswer on = await Api.EvaluateAsync("check_why", new EvaluateFeature { Actors = [pro] }, true, Cancellation);
        EvaluateAnswer off = await Api.EvaluateAsync("check_why", new EvaluateFeature(), false, Cancellation);
        EvaluateAnswer missing = await Api.EvaluateAsync("check_nowhere", new EvaluateFeature(), false, Cancellation);

        Assert.Equal((true, Reason.Opened, Gate.Expression), (on.Enabled, on.Reason, on.Gate));
        Assert.Contains(on.Explanation!, line => line is { Gate: Gate.Expression, Decides: true });
        Assert.Equal((false, Reason.NoMatch), (off.Enabled, off.Reason));
        Assert.Null(off.Explanation);
        Assert.Equal((false, Reason.NotFound, 0), (missing.Enabled, missing.Reason, missing.Version));
    }

    [Fact]
    public async Task Reported_usage_is_counted()
    {
        await Api.CreateFeatureAsync(new CreateFeature { Name = "check_usage" }, null, Cancellation);

        await Api.ReportUsageAsync(new UsageReport([new UsageCount("check_usage", 40, 2)]), Cancellation);

        UsageInfo usage = await Api.GetUsageAsync("check_usage", Cancellation);
        Assert.Equal((40, 2, "setup"), (usage.On, usage.Off, usage.LastEvaluatedBy));
    }

    [Fact]
    public async Task A_snapshot_that_did_not_change_has_no_body()
    {
        // A key for one feature, so that other tests do not change its snapshot.
        IFlagsApi api = await server.ApiWithAsync("evaluate write", "check_snapshot*");
        await api.CreateFeatureAsync(new CreateFeature { Name = "check_snapshot", Enabled = true }, null, Cancellation);

        SnapshotAnswer first = await api.GetSnapshotAsync(null, Cancellation);
        SnapshotFeature seen = Assert.Single(first.Body!.Features);
        Assert.Equal(("check_snapshot", true), (seen.Name, seen.Gates.Boolean));

        // Versions are counted over all features: another test's write between the two reads gives a new tag, so the newest tag is asked with.
        SnapshotAnswer again = await api.GetSnapshotAsync(first.ETag, Cancellation);
        await Eventually.TrueAsync(async () =>
        {
            SnapshotAnswer before = again;
            again = await api.GetSnapshotAsync(before.ETag, Cancellation);
            return again.Body is null && again.ETag == before.ETag;
        }, "the snapshot is unchanged between two reads");
        await api.DisableFeatureAsync("check_snapshot", null, Cancellation);
        SnapshotAnswer changed = await api.GetSnapshotAsync(again.ETag, Cancellation);
        Assert.False(Assert.Single(changed.Body!.Features).Gates.Boolean);
    }
}
