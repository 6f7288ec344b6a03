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
        await Eventually.TrueAsync(() => flags.IsEnabled("wait_on"), "the client has it");
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        Assert.True(await flags.WaitUntilEnabledAsync("wait_on", TimeSpan.Zero, Cancellation));
        Assert.True(await flags.WaitUntilEnabledAsync("wait_on", Timeout.InfiniteTimeSpan, Cancellation));
    }

    [Fact]
    public async Task The_change_itself_ends_the_wait()
    {
        // No time passes at all, so nothing but the stream can have woken it.
        var time = new FakeTime();
        await using FlagsClient flags = server.Client(options => options.TimeProvider = time);
        Task<bool> waiting = flags.WaitUntilEnabledAsync("wait_later", TimeSpan.FromMinutes(30), Cancellation);
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        Assert.False(waiting.IsCompleted);

        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "wait_later", Enabled = true }, null, Cancellation);

        Assert.True(await waiting.WaitAsync(Eventually.Deadline, Cancellation));
    }

    [Fact]
    public async Task When_the_time_is_over_the_answer_is_no()
    {
        var time = new FakeTime();
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.ReportUsage) = (time, false));
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        long began = time.GetTimestamp();
        Task<bool> waiting = flags.WaitUntilEnabledAsync("wait_never", TimeSpan.FromSeconds(3), Cancellation);
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(waiting.IsCompleted);
        // Another test's change may have begun the next pause while the time passed.
        await Clock.PassUntilAsync(time, () => waiting.IsCompleted, "the time is over");
        Assert.False(await waiting);
        Assert.True(time.GetElapsedTime(began) >= TimeSpan.FromSeconds(3), "it ended early");
    }

    [Fact]
    public async Task What_time_alone_changes_is_looked_at_again()
    {
        var time = new FakeTime();
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "wait_chance" }, null, Cancellation);
        await server.Api.PutGatesAsync("wait_chance", new Gates { PercentageOfTime = Percentage.FromStored("50") }, null, Cancellation);
        double drawn = 0.9;
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.Random, options.ReportUsage) = (time, () => Volatile.Read(ref drawn), false));
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        Task<bool> waiting = flags.WaitUntilEnabledAsync("wait_chance", TimeSpan.FromMinutes(1), Cancellation);
        Assert.False(waiting.IsCompleted);
        Volatile.Write(ref drawn, 0.1);
        // Every five seconds, if no other test's change comes between; the last look, after a minute, would be no second one.
        TimeSpan passed = await Clock.PassUntilAsync(time, () => waiting.IsCompleted, "it was looked at again");
        Assert.True(await waiting);
        Assert.InRange(passed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_outage_is_waited_out()
    {
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        proxy.Refusing = true;
        await using FlagsClient flags = server.Client(options => options.Url = proxy.Url);
        Task<bool> waiting = flags.WaitUntilEnabledAsync("jobs_processing", TimeSpan.FromMinutes(30), Cancellation);
        await Eventually.TrueAsync(() => proxy.Connections > 1, "it tried again");
        Assert.False(waiting.IsCompleted);

        proxy.Refusing = false;

        Assert.True(await waiting.WaitAsync(Eventually.Deadline, Cancellation));
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
        await using FlagsClient flags = server.Client();
        using var cancel = new CancellationTokenSource();
        Task<bool> waiting = flags.WaitUntilEnabledAsync("wait_cancelled", Timeout.InfiniteTimeSpan, cancel.Token);
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_negative_timeout_is_an_argument_error()
    {
        await using FlagsClient flags = server.Client();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => flags.WaitUntilEnabledAsync("jobs_processing", TimeSpan.FromSeconds(-2), Cancellation));
    }
}
