using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Flags.Core;
using Flags.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

/// <summary>How soon a waiter notices; each time is printed, and judged with head-room for a busy machine.</summary>
[Collection(Alone.Name)]
public sealed class WakeTests(Own own, ITestOutputHelper output) : IClassFixture<Own>
{
    private static readonly TimeSpan Notified = TimeSpan.FromMilliseconds(50), Deaf = TimeSpan.FromSeconds(1.1);

    private readonly Api api = own.Api;

    [Fact]
    public async Task A_job_that_waits_starts_when_the_hold_is_released() => await MeasureAsync("released, notified", Notified, 15, ReleasedAsync);

    [Fact]
    public async Task A_job_that_waits_starts_although_no_notification_arrives() => await MeasureAsync("released, deaf", Deaf, 3, DeafAsync(ReleasedAsync));

    [Fact]
    public async Task A_deploy_that_waits_goes_on_when_the_last_job_leaves() => await MeasureAsync("drained, notified", Notified, 15, LeftAsync);

    [Fact]
    public async Task A_deploy_that_waits_goes_on_although_no_notification_arrives() => await MeasureAsync("drained, deaf", Deaf, 3, DeafAsync(LeftAsync));

    [Fact]
    public async Task A_script_that_only_turned_the_feature_off_is_told_when_nobody_is_inside() => await MeasureAsync("empty, notified", Notified, 10, async () =>
    {
        Feature feature = await api.CreateAsync(enabled: true);
        EnteredLease lease = await api.EnterAsync(feature);
        await api.CallAsync("POST", $"/features/{feature.Name}/disable");
        Assert.Equal("inside", (await api.CallAsync("GET", $"/features/{feature.Name}/leases?until=empty")).Slug);
        Task<Deploys.Reply> empty = api.CallAsync("GET", $"/features/{feature.Name}/leases?until=empty&wait=20s");
        await SettleAsync();
        await api.LeaveAsync(lease);
        return await OkAsync(empty, HttpStatusCode.OK);
    });

    [Fact]
    public async Task An_exclusive_deploy_queues_behind_the_other() => await MeasureAsync("exclusive, notified", Notified, 10, async () =>
    {
        Feature feature = await api.CreateAsync(enabled: true);
        PlacedHold first = await api.HoldAsync(feature);
        string json = $$"""{"features":["{{feature.Name}}"],"reason":"v43","exclusive":true}""";
        Assert.Equal(first.Id, Assert.Single((await api.CallAsync("POST", "/holds", json)).Problem.Holds!).Id);
        Task<Deploys.Reply> second = api.CallAsync("PUT", $"/holds/{Guid.NewGuid()}?wait=20s", json);
        await SettleAsync();
        await api.ReleaseAsync(first);
        return await OkAsync(second, HttpStatusCode.Created);
    });

    [Fact]
    public async Task Jobs_that_wait_start_when_the_holds_of_dead_deploys_are_over_and_never_before()
    {
        // One after the other, so that a machine that stalls for a moment spoils a few and not their median.
        double[] after = await Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
        {
            await Task.Delay(n * 500);
            Feature feature = await api.CreateAsync(enabled: true);
            PlacedHold dead = await api.HoldAsync(feature, ""","ttl":"2s" """);
            Deploys.Reply entered = await api.CallAsync("POST", $"/features/{feature.Name}/leases?wait=20s");
            EnteredLease lease = JsonSerializer.Deserialize(entered.Body, FlagsJson.Default.EnteredLease)!;
            return (lease.ExpiresAt - TimeSpan.FromSeconds(lease.ExpiresInSeconds) - dead.ExpiresAt).TotalMilliseconds;
        }));
        Array.Sort(after);
        output.WriteLine($"expired: entered {after[0]:0} to {after[^1]:0} ms after the hold's end, median {after[10]:0} (promised: 0 to 1 000 ms)");
        // Times travel in whole milliseconds.
        Assert.InRange(after[0], -1, after[^1]);
        // No second net: the job knows when the hold it waits for is over.
        Assert.InRange(after[10], 0, 400);
        Assert.InRange(after[^1], 0, 4_000);
    }

    [Fact]
    public async Task A_job_that_leaves_wakes_who_waits_for_it_and_nobody_who_waits_for_a_change()
    {
        // Nobody else's holds may end meanwhile.
        var alone = new Api();
        await alone.InitializeAsync();
        // A step that says that keys have changed wakes everybody: the first one is over before anything is looked at.
        ChangeFeed feed = alone.Server.Services.GetRequiredService<ChangeFeed>();
        await feed.NewestAsync(CancellationToken.None);
        await alone.Server.MintAsync("read");
        long keys = await alone.Server.SqlAsync<long>("select auth_version from flags.counter");
        await Testing.Eventually.TrueAsync(async () => (await feed.NewestAsync(CancellationToken.None)).AuthVersion == keys, "the minted key was told");
        Pulse pulse = alone.Server.Services.GetRequiredService<Pulse>();
        Feature feature = await alone.CreateAsync(enabled: true);
        EnteredLease first = await alone.EnterAsync(feature), second = await alone.EnterAsync(feature);
        PlacedHold hold = await alone.HoldAsync(feature);
        // Its own notification is seen before it is answered, or soon after.
        await Testing.Eventually.TrueAsync(async () => (await alone.GetAsync(feature.Name)).Held && (await alone.CallAsync("GET", $"/holds/{hold.Id}/drained?wait=300ms")).Slug == "draining", "it is held");
        (Task next, Task change) = (pulse.Next, pulse.Change);
        await alone.LeaveAsync(first);
        await next.WaitAsync(Testing.Eventually.Deadline);
        Assert.False(change.IsCompleted);
        await alone.LeaveAsync(second);
        await alone.ReleaseAsync(hold);
        await change.WaitAsync(Testing.Eventually.Deadline);
        await alone.DisposeAsync();
    }

    private async Task<TimeSpan> ReleasedAsync()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        PlacedHold hold = await api.HoldAsync(feature);
        Task<Deploys.Reply> entered = api.CallAsync("POST", $"/features/{feature.Name}/leases?wait=20s");
        await api.WaitingAsync(feature, 1);
        await SettleAsync();
        await api.ReleaseAsync(hold);
        return await OkAsync(entered, HttpStatusCode.Created);
    }

    private async Task<TimeSpan> LeftAsync()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        EnteredLease lease = await api.EnterAsync(feature);
        PlacedHold hold = await api.HoldAsync(feature);
        Task<Deploys.Reply> drained = api.CallAsync("GET", $"/holds/{hold.Id}/drained?wait=20s");
        await SettleAsync();
        await api.LeaveAsync(lease);
        return await OkAsync(drained, HttpStatusCode.OK);
    }

    private Func<Task<TimeSpan>> DeafAsync(Func<Task<TimeSpan>> step) => async () =>
    {
        ChangeFeed feed = api.Server.Services.GetRequiredService<ChangeFeed>();
        feed.Deaf = true;
        try
        {
            return await step();
        }
        finally
        {
            feed.Deaf = false;
        }
    };

    /// <summary>A call sent before has reached its wait when ten later ones are answered; and at no fixed point of anybody's second.</summary>
    private async Task SettleAsync()
    {
        for (int i = 0; i < Random.Shared.Next(10, 30); i++)
            await api.CallAsync("GET", "/features?limit=1");
    }

    private static async Task<TimeSpan> OkAsync(Task<Deploys.Reply> waiting, HttpStatusCode expected)
    {
        var since = Stopwatch.StartNew();
        Deploys.Reply reply = await waiting;
        Assert.True(reply.Status == expected, reply.Body);
        return since.Elapsed;
    }

    private async Task MeasureAsync(string what, TimeSpan promised, int rounds, Func<Task<TimeSpan>> step)
    {
        await step();
        var times = new List<double>();
        for (int i = 0; i < rounds; i++)
            times.Add((await step()).TotalMilliseconds);
        times.Sort();
        output.WriteLine($"{what}: median {times[rounds / 2]:0.0} ms, longest {times[^1]:0.0} ms of {rounds} (promised: {promised.TotalMilliseconds:0} ms)");
        Assert.True(times[rounds / 2] < promised.TotalMilliseconds * 4, $"{what}: {string.Join(' ', times)}");
    }
}
