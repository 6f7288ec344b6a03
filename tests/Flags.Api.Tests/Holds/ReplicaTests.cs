using System.Diagnostics;
using System.Net;
using Flags.Core;
using Flags.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

/// <summary>A deploy talks to one replica and the jobs to the other.</summary>
[Collection(Alone.Name)]
public sealed class ReplicaTests(Replicas replicas, ITestOutputHelper output) : IClassFixture<Replicas>
{
    private static readonly TimeSpan Notified = TimeSpan.FromMilliseconds(50), Unnotified = TimeSpan.FromSeconds(1.1);

    private readonly Api first = replicas.First;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hold_placed_on_one_refuses_on_the_other_at_once(bool deaf)
    {
        Feature feature = await first.CreateAsync(enabled: true);
        using IDisposable? ears = deaf ? Deafen() : null;
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.Created, (await EnterAsync(feature)).Status);
            PlacedHold hold = await first.HoldAsync(feature);
            (HttpStatusCode status, string refused) = await EnterAsync(feature);
            Assert.Equal((HttpStatusCode.Locked, hold.Id), (status, Assert.Single(Api.Problem(refused, status).Holds!).Id));
            Assert.Equal(HttpStatusCode.Locked, (await SecondAsync("GET", $"features/{feature.Name}/check")).Status);
            await first.ReleaseAsync(hold);
        }
    }

    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 3)]
    public async Task A_job_that_waits_on_one_starts_when_the_other_releases(bool deaf, int rounds) => await MeasureAsync("released", deaf, rounds, async () =>
    {
        Feature feature = await first.CreateAsync(enabled: true);
        PlacedHold hold = await first.HoldAsync(feature);
        Task<(HttpStatusCode Status, string Body)> job = SecondAsync("POST", $"features/{feature.Name}/leases?wait=20s");
        await first.WaitingAsync(feature, 1);
        await first.ReleaseAsync(hold);
        var since = Stopwatch.StartNew();
        Assert.Equal(HttpStatusCode.Created, (await job).Status);
        return since.Elapsed;
    });

    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 3)]
    public async Task A_deploy_that_waits_on_one_goes_on_when_the_last_job_leaves_through_the_other(bool deaf, int rounds) => await MeasureAsync("drained", deaf, rounds, async () =>
    {
        Feature feature = await first.CreateAsync(enabled: true);
        EnteredLease lease = await first.EnterAsync(feature);
        PlacedHold hold = await first.HoldAsync(feature);
        Task<(HttpStatusCode Status, string Body)> drained = SecondAsync("GET", $"holds/{hold.Id}/drained?wait=20s");
        Assert.Equal(HttpStatusCode.Locked, (await SecondAsync("GET", $"holds/{hold.Id}/drained")).Status);
        await first.LeaveAsync(lease);
        var since = Stopwatch.StartNew();
        Assert.Equal(HttpStatusCode.OK, (await drained).Status);
        TimeSpan elapsed = since.Elapsed;
        await first.ReleaseAsync(hold);
        return elapsed;
    });

    private Task<(HttpStatusCode Status, string Body)> EnterAsync(Feature feature) => SecondAsync("POST", $"features/{feature.Name}/leases");

    private async Task<(HttpStatusCode Status, string Body)> SecondAsync(string method, string path)
    {
        using HttpResponseMessage response = await replicas.Second.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri($"/api/v1/{path}", UriKind.Relative)));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private Ears Deafen() => new(replicas.Second.Services.GetRequiredService<ChangeFeed>());

    private async Task MeasureAsync(string what, bool deaf, int rounds, Func<Task<TimeSpan>> step)
    {
        using IDisposable? ears = deaf ? Deafen() : null;
        TimeSpan promised = deaf ? Unnotified : Notified;
        await step();
        var times = new List<double>();
        for (int i = 0; i < rounds; i++)
            times.Add((await step()).TotalMilliseconds);
        times.Sort();
        output.WriteLine($"{what} on the other replica, {(deaf ? "deaf" : "notified")}: median {times[rounds / 2]:0.0} ms, longest {times[^1]:0.0} ms of {rounds} (promised: {promised.TotalMilliseconds:0} ms)");
        Assert.True(times[rounds / 2] < promised.TotalMilliseconds * 4, string.Join(' ', times));
    }

    /// <summary>No notification is heard until it is disposed.</summary>
    private sealed class Ears : IDisposable
    {
        private readonly ChangeFeed feed;

        public Ears(ChangeFeed feed) => (this.feed = feed).Deaf = true;

        public void Dispose() => feed.Deaf = false;
    }
}
