using System.Diagnostics;
using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

public sealed class WaitTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_feature_that_is_on_is_not_waited_for()
    {
        await using FlagsClient flags = server.Client();
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "wait_on", Enabled = true }, null, Cancellation);
        Assert.True(await flags.WaitUntilEnabledAsync("wait_on", TimeSpan.Zero, Cancellation));
        Assert.True(await flags.WaitUntilEnabledAsync("wait_on", Timeout.InfiniteTimeSpan, Cancellation));
    }

    [Fact]
    public async Task A_feature_is_asked_for_again_when_the_server_said_so_and_at_most_a_fifth_later()
    {
        var time = new ManualTime();
        await using FlagsClient flags = server.Client(options => options.TimeProvider = time);
        Task<bool> waiting = flags.WaitUntilEnabledAsync("wait_later", TimeSpan.FromMinutes(30), Cancellation);
        TimeSpan pause = await PauseAsync(time);
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "wait_later", Enabled = true }, null, Cancellation);

        Assert.InRange(pause, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        Assert.False(waiting.IsCompleted);
        time.Advance(pause);
        Assert.True(await waiting);
    }

    [Fact]
    public async Task When_the_time_is_over_it_asks_a_last_time()
    {
        var time = new ManualTime();
        await using FlagsClient flags = server.Client(options => options.TimeProvider = time);
        Task<bool> lucky = flags.WaitUntilEnabledAsync("wait_last", TimeSpan.FromSeconds(3), Cancellation);
        Assert.Equal(TimeSpan.FromSeconds(3), await PauseAsync(time));
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "wait_last", Enabled = true }, null, Cancellation);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(await lucky);

        Task<bool> unlucky = flags.WaitUntilEnabledAsync("wait_never", TimeSpan.FromSeconds(3), Cancellation);
        Assert.Equal(TimeSpan.FromSeconds(3), await PauseAsync(time));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(await unlucky);
    }

    [Fact]
    public async Task An_outage_is_waited_out_at_a_slowing_pace()
    {
        var time = new ManualTime();
        await using FlagsClient flags = FlagsClient.Create(options => (options.Url, options.ApiKey, options.TimeProvider) = (Listener.Refusing(), "flg_key", time));
        Task<bool> waiting = flags.WaitUntilEnabledAsync("jobs_processing", TimeSpan.FromMinutes(30), Cancellation);

        foreach (int seconds in (int[])[1, 2, 4, 5, 5])
        {
            TimeSpan pause = await PauseAsync(time);
            Assert.InRange(pause, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds * 1.2));
            time.Advance(pause);
        }

        Assert.False(waiting.IsCompleted);
        await PauseAsync(time);
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.False(await waiting);
    }

    [Fact]
    public async Task A_silent_server_does_not_make_it_late()
    {
        await using var silent = Listener.Silent();
        await using FlagsClient flags = FlagsClient.Create(options => (options.Url, options.ApiKey, options.Timeout) = (silent.Url, "flg_key", TimeSpan.FromMinutes(1)));
        long started = Stopwatch.GetTimestamp();

        Assert.False(await flags.WaitUntilEnabledAsync("jobs_processing", TimeSpan.FromMilliseconds(100), Cancellation));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_refused_key_is_not_waited_for()
    {
        await using FlagsClient flags = server.Client(options => options.ApiKey = "flg_wrong");
        var refusal = await Assert.ThrowsAsync<FlagsProblemException>(() => flags.WaitUntilEnabledAsync("jobs_processing", TimeSpan.FromMinutes(30), Cancellation));
        Assert.Equal(401, refusal.Problem.Status);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        var time = new ManualTime();
        await using FlagsClient flags = server.Client(options => options.TimeProvider = time);
        using var cancel = new CancellationTokenSource();
        Task<bool> waiting = flags.WaitUntilEnabledAsync("wait_cancelled", Timeout.InfiniteTimeSpan, cancel.Token);
        await PauseAsync(time);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_negative_timeout_is_an_argument_error()
    {
        await using FlagsClient flags = server.Client();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => flags.WaitUntilEnabledAsync("jobs_processing", TimeSpan.FromSeconds(-2), Cancellation));
    }

    /// <summary>How long the client is going to pause: the only timer while no call is on its way.</summary>
    private static async Task<TimeSpan> PauseAsync(ManualTime time)
    {
        await Eventually.TrueAsync(() => time.Pauses.Count == 1, "the client pauses");
        return time.Pauses[0];
    }
}
