using System.Text.Json;
using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.Logging;

namespace Flags.Client.Tests;

public sealed class IsEnabledTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_feature_is_on_off_or_missing()
    {
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "enabled_on", Enabled = true }, null, Cancellation);
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "enabled_off" }, null, Cancellation);
        await using FlagsClient flags = server.Client();

        Assert.True(await flags.IsEnabledAsync("enabled_on", null, Cancellation));
        Assert.False(await flags.IsEnabledAsync("enabled_off", null, Cancellation));
        Assert.False(await flags.IsEnabledAsync("enabled_missing", null, Cancellation));
        Assert.True(flags.IsEnabled("enabled_on"));
        Assert.True(flags.Feature("enabled_on").IsEnabled());
        Assert.Equal((true, Reason.Opened), flags.Evaluate("enabled_on") is var answer ? (answer.Enabled, answer.Reason) : default);
        Assert.Equal(Reason.NotFound, flags.Evaluate("enabled_missing").Reason);
    }

    [Fact]
    public async Task An_actor_is_asked_for_with_its_id_properties_and_groups()
    {
        Assert.True(Expression.TryParse("""{"Equal":[{"Property":["plan"]},"pro"]}""", ExpressionRules.Strict, out Expression? expression, out _));
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "enabled_actor" }, null, Cancellation);
        await server.Api.PutGatesAsync("enabled_actor", new Gates { Actors = ["User;1"], Groups = ["admins", "early"], Expression = expression }, null, Cancellation);
        await using FlagsClient flags = server.Client(options => options.Groups["early"] = actor => actor.Id == "User;4");
        Actor pro = new("User;2", new Dictionary<string, JsonElement> { ["plan"] = JsonElement.Parse("\"pro\"") });

        Assert.True(await flags.IsEnabledAsync("enabled_actor", new Actor("User;1"), Cancellation));
        Assert.True(flags.IsEnabled("enabled_actor", "User;1"));
        Assert.True(flags.IsEnabled("enabled_actor", pro));
        Assert.True(flags.IsEnabled("enabled_actor", new Actor(null, null, ["admins"])));
        Assert.True(flags.IsEnabled("enabled_actor", "User;4"));
        Assert.True(flags.IsEnabled("enabled_actor", new Actor("User;3"), pro));
        Assert.False(flags.IsEnabled("enabled_actor", new Actor("User;3")));
        PreparedFeature prepared = flags.Feature("enabled_actor");
        Assert.Equal((true, true, false, false), (prepared.IsEnabled("User;4"), prepared.IsEnabled(pro), prepared.IsEnabled("User;3"), prepared.IsEnabled()));
    }

    [Fact]
    public async Task Without_an_answer_a_feature_is_off_and_one_line_says_so()
    {
        using var log = new LogLines();
        string url = Listener.Refusing();
        await using FlagsClient flags = FlagsClient.Create(options => (options.Url, options.ApiKey) = (url, "flg_key"), log.Factory());

        Assert.False(await flags.IsEnabledAsync("jobs_processing", null, Cancellation));
        Assert.False(await flags.IsEnabledAsync("jobs_processing", null, Cancellation));

        await Eventually.TrueAsync(() => log.All.Count > 0, "it is said");
        (LogLevel level, EventId id, string text) = Assert.Single(log.All);
        Assert.Equal((LogLevel.Warning, 100), (level, id.Id));
        Assert.Contains(url, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_answer_the_exception_reaches_those_who_asked_for_it()
    {
        await using FlagsClient flags = FlagsClient.Create(options =>
            (options.Url, options.ApiKey, options.WhenUnavailable) = (Listener.Refusing(), "flg_key", WhenUnavailable.Throw));
        await Assert.ThrowsAsync<FlagsUnavailableException>(async () => await flags.IsEnabledAsync("jobs_processing", null, Cancellation));
        Assert.False(flags.IsEnabled("jobs_processing"));
    }

    [Fact]
    public async Task A_refused_key_makes_every_feature_off_with_an_error_and_throws_for_those_who_asked_for_it()
    {
        using var log = new LogLines();
        await using FlagsClient quiet = server.Client(options => options.ApiKey = "flg_wrong", log.Factory());
        await using FlagsClient loud = server.Client(options => (options.ApiKey, options.WhenUnavailable) = ("flg_wrong", WhenUnavailable.Throw));

        Assert.False(await quiet.IsEnabledAsync("jobs_processing", null, Cancellation));
        var refusal = await Assert.ThrowsAsync<FlagsProblemException>(async () => await loud.IsEnabledAsync("jobs_processing", null, Cancellation));

        await Eventually.TrueAsync(() => log.All.Count > 0, "it is said");
        Assert.Equal((LogLevel.Error, 102), log.All is [var line] ? (line.Level, line.Id.Id) : default);
        Assert.Equal(401, refusal.Problem.Status);
    }

    [Fact]
    public async Task A_cancelled_check_is_cancelled_and_not_off()
    {
        await using var silent = Listener.Silent();
        await using FlagsClient flags = FlagsClient.Create(options => (options.Url, options.ApiKey) = (silent.Url, "flg_key"));
        using var cancel = new CancellationTokenSource();
        Task<bool> check = flags.IsEnabledAsync("jobs_processing", null, cancel.Token).AsTask();
        await Eventually.TrueAsync(() => silent.Connections == 1, "the call is on its way");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
    }

    [Fact]
    public async Task A_group_that_cannot_be_decided_turns_off_and_never_throws()
    {
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "enabled_broken_group" }, null, Cancellation);
        await server.Api.PutGatesAsync("enabled_broken_group", new Gates { Boolean = true, DeniedGroups = ["broken"] }, null, Cancellation);
        using var log = new LogLines();
        await using FlagsClient flags = server.Client(options => options.Groups["broken"] = _ => throw new InvalidOperationException("no idea"), log.Factory());

        Assert.False(await flags.IsEnabledAsync("enabled_broken_group", new Actor("User;1"), Cancellation));
        Assert.False(flags.IsEnabled("enabled_broken_group", "User;1"));
        Assert.False(flags.Feature("enabled_broken_group").IsEnabled("User;1"));
        Assert.False(flags.IsEnabled(null!));
        Assert.Single(log.All, line => line.Id.Id == 112);
    }

    [Fact]
    public async Task Enable_and_disable_change_a_feature_keep_the_reason_and_are_seen_by_the_next_check()
    {
        // No time passes: however late the change comes, the call waits for it.
        await using FlagsClient flags = server.Client(options => options.TimeProvider = new FakeTime());
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "enabled_switch" }, null, Cancellation);
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));

        Assert.Equal(FeatureState.On, (await flags.EnableAsync("enabled_switch", "deploy is over", Cancellation).WaitAsync(Eventually.Deadline, Cancellation)).EnsureChanged().State);
        Assert.True(flags.IsEnabled("enabled_switch"));
        Assert.Equal(FeatureState.Off, (await flags.DisableAsync("enabled_switch", null, Cancellation).WaitAsync(Eventually.Deadline, Cancellation)).EnsureChanged().State);
        Assert.False(flags.IsEnabled("enabled_switch"));

        HistoryList history = await server.Api.GetHistoryAsync("enabled_switch", null, Cancellation);
        Assert.Equal([null, "deploy is over", null], history.History.Select(entry => entry.Reason));
    }

    [Fact]
    public async Task A_refused_change_is_a_result()
    {
        await using FlagsClient flags = server.Client();
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "enabled_protected", Protected = true, Enabled = true }, null, Cancellation);

        ChangeRefused missing = Assert.IsType<ChangeRefused>(await flags.EnableAsync("enabled_nowhere", null, Cancellation));
        ChangeRefused guarded = Assert.IsType<ChangeRefused>(await flags.DisableAsync("enabled_protected", null, Cancellation));

        Assert.Equal((404, 428), (missing.Problem.Status, guarded.Problem.Status));
        Assert.Throws<FlagsProblemException>(guarded.EnsureChanged);
    }

    [Fact]
    public async Task A_change_without_an_answer_is_an_exception()
    {
        await using FlagsClient flags = FlagsClient.Create(options => (options.Url, options.ApiKey) = (Listener.Refusing(), "flg_key"));
        await Assert.ThrowsAsync<FlagsUnavailableException>(() => flags.DisableAsync("jobs_processing", null, Cancellation));
    }
}
