using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Client.Tests;

public sealed class RenewalTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_is_renewed_for_as_long_as_it_is_needed()
    {
        var time = new FakeTime();
        await server.OpenAsync("renew_long");
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.ReportUsage) = (time, false));
        await using Lease lease = (await flags.EnterAsync("renew_long", cancellationToken: Cancellation)).EnsureEntered();

        for (int i = 0; i < 6; i++)
        {
            await RenewedAsync(time, lease);
            Assert.True(lease.Remaining > TimeSpan.FromSeconds(50), $"renewal {i} is answered");
        }

        Assert.False(lease.Lost.IsCancellationRequested);
        lease.EnsureValid();
    }

    [Fact]
    public async Task All_leases_of_a_process_are_renewed_by_one_request()
    {
        var time = new FakeTime();
        var paths = new PathsHandler();
        await server.OpenAsync("renew_many");
        await using ServiceProvider services = Services(time, paths);
        FlagsClient flags = services.GetRequiredService<FlagsClient>();
        Lease[] leases = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await flags.EnterAsync("renew_many", cancellationToken: Cancellation)).EnsureEntered()));

        DateTimeOffset before = leases.Max(lease => End(time, lease));
        await Clock.PassUntilAsync(time, () => leases.All(lease => End(time, lease) > before.AddSeconds(10)), "all are renewed", planned: Steps.IsLeaseRenewal);

        Assert.Equal(["/api/v1/leases/renew"], paths.Seen.Where(path => path.EndsWith("/renew", StringComparison.Ordinal)));
        await Task.WhenAll(leases.Select(lease => lease.DisposeAsync().AsTask()));
        Assert.Empty(await server.InsideAsync("renew_many"));
    }

    [Fact]
    public async Task The_deadline_and_the_first_renewal_count_from_before_the_request()
    {
        var time = new FakeTime();
        await server.OpenAsync("renew_slow");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, time);
        var answered = new TaskCompletionSource();
        proxy.Fault = Fault.Until(answered.Task);

        Task<EnterResult> entering = flags.EnterAsync("renew_slow", cancellationToken: Cancellation);
        await server.IsInsideAsync("renew_slow", 1);
        time.Advance(TimeSpan.FromSeconds(15));
        answered.SetResult();
        await using Lease lease = (await entering).EnsureEntered();

        Assert.InRange(lease.Remaining.TotalSeconds, 43, 43.81);
        await Eventually.TrueAsync(() => time.Pauses.Any(pause => pause > TimeSpan.FromSeconds(4) && pause <= TimeSpan.FromSeconds(5.1)), "the first renewal is 20 s after the request");
    }

    [Fact]
    public async Task Renewals_that_are_not_answered_extend_nothing_and_the_job_is_told_before_the_server_forgets()
    {
        var time = new FakeTime();
        await server.OpenAsync("renew_hole");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, time);
        await using Lease lease = (await flags.EnterAsync("renew_hole", cancellationToken: Cancellation)).EnsureEntered();
        proxy.Fault = Fault.BlackHole;

        TimeSpan passed = await Clock.AdvanceUntilAsync(time, () => lease.Lost.IsCancellationRequested, "the job is told");

        Assert.InRange(passed.TotalSeconds, 57, 59);
        Assert.Throws<LeaseLostException>(() => lease.EnsureValid());
        proxy.Fault = Fault.None;
        proxy.ResetAll();
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.Zero, lease.Remaining);
    }

    [Fact]
    public async Task Renewals_go_on_after_an_outage_shorter_than_the_lease()
    {
        var time = new FakeTime();
        await server.OpenAsync("renew_outage");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, time);
        await using Lease lease = (await flags.EnterAsync("renew_outage", cancellationToken: Cancellation)).EnsureEntered();
        proxy.Refusing = true;
        proxy.ResetAll();
        await Clock.AdvanceUntilAsync(time, () => lease.Remaining < TimeSpan.FromSeconds(25), "the outage goes on");

        proxy.Refusing = false;
        await Clock.PassUntilAsync(time, () => lease.Lost.IsCancellationRequested || lease.Remaining > TimeSpan.FromSeconds(45), "it is renewed", planned: pause => pause <= TimeSpan.FromSeconds(2.1));

        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_job_that_a_deploy_told_to_stop_is_told()
    {
        var time = new FakeTime();
        var lines = new LogLines();
        await server.OpenAsync("renew_revoked");
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.ReportUsage) = (time, false), lines.Factory());
        await using Lease lease = (await flags.EnterAsync("renew_revoked", cancellationToken: Cancellation)).EnsureEntered();
        PlacedHold hold = await server.HoldAsync("renew_revoked");
        await server.Api.RevokeLeasesAsync(hold.Id, new HoldReason("now"), Cancellation);
        Assert.False(lease.Lost.IsCancellationRequested);

        await Clock.PassUntilAsync(time, () => lease.Lost.IsCancellationRequested, "the job is told", planned: Steps.IsLeaseRenewal);

        Assert.Contains("told the job to stop", Assert.Throws<LeaseLostException>(() => lease.EnsureValid()).Message, StringComparison.Ordinal);
        Assert.Contains(lines.All, line => line.Id.Id == 130);
    }

    [Fact]
    public async Task A_job_learns_from_the_stream_that_a_deploy_waits()
    {
        var time = new FakeTime();
        await server.OpenAsync("renew_closing");
        await using FlagsClient flags = server.Client(options => options.TimeProvider = time);
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        await using Lease lease = (await flags.EnterAsync("renew_closing", cancellationToken: Cancellation)).EnsureEntered();

        await server.HoldAsync("renew_closing");

        // No time passes, so no renewal can have told it.
        await Eventually.TrueAsync(() => lease.Closing.IsCancellationRequested, "the job knows");
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_hold_that_ended_before_the_job_entered_is_no_reason_to_stop_though_the_snapshot_still_has_it()
    {
        var time = new FakeTime();
        await server.OpenAsync("renew_behind");
        PlacedHold before = await server.HoldAsync("renew_behind");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        // It polls once and then knows nothing of the release.
        await using FlagsClient flags = server.Client(proxy, time);
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        await server.ReleaseAsync(before);

        await using Lease lease = (await flags.EnterAsync("renew_behind", cancellationToken: Cancellation)).EnsureEntered();
        // The loop that renews looks at the snapshot first.
        await RenewedAsync(time, lease);

        Assert.Equal(Reason.Held, flags.Evaluate("renew_behind").Reason);
        Assert.False(lease.Closing.IsCancellationRequested);
    }

    [Fact]
    public async Task A_paused_process_sees_by_the_clock_what_no_timer_has_told()
    {
        var time = new StoppedTimers();
        await server.OpenAsync("renew_paused");
        await using FlagsClient flags = server.Client(options => options.TimeProvider = time);
        await using Lease lease = (await flags.EnterAsync("renew_paused", cancellationToken: Cancellation)).EnsureEntered();
        lease.EnsureValid();

        time.Passed = TimeSpan.FromMinutes(2);

        Assert.Throws<LeaseLostException>(() => lease.EnsureValid());
        Assert.True(lease.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task What_somebody_registered_for_the_loss_may_throw()
    {
        var time = new FakeTime();
        await server.OpenAsync("renew_throws");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, time);
        await using Lease first = (await flags.EnterAsync("renew_throws", cancellationToken: Cancellation)).EnsureEntered();
        await using Lease second = (await flags.EnterAsync("renew_throws", cancellationToken: Cancellation)).EnsureEntered();
        first.Lost.Register(() => throw new InvalidOperationException("not yours to catch"));
        proxy.Fault = Fault.BlackHole;

        await Clock.AdvanceUntilAsync(time, () => first.Lost.IsCancellationRequested && second.Lost.IsCancellationRequested, "both are told");

        proxy.Fault = Fault.None;
        proxy.ResetAll();
    }

    [Theory]
    [InlineData(1, 0.75)]
    [InlineData(4, 3)]
    [InlineData(10, 9)]
    [InlineData(60, 58.8)]
    [InlineData(900, 882)]
    public void The_deadline_is_earlier_than_the_servers_end(double life, double own)
    {
        var time = new FakeTime();
        using var deadline = new Deadline("it", time.GetTimestamp(), TimeSpan.FromSeconds(life), time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.Equal(own, deadline.Remaining.TotalSeconds, 3);
    }

    [Fact]
    public void An_extension_that_comes_too_late_revives_nothing_and_none_goes_back()
    {
        var time = new FakeTime();
        long sent = time.GetTimestamp();
        using var deadline = new Deadline("it", sent, TimeSpan.FromSeconds(10), time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        deadline.Extend(sent, TimeSpan.FromSeconds(20));
        deadline.Extend(sent, TimeSpan.FromSeconds(5));
        Assert.Equal(19, deadline.Remaining.TotalSeconds, 3);
        time.Advance(TimeSpan.FromSeconds(19));
        deadline.Extend(time.GetTimestamp(), TimeSpan.FromSeconds(60));
        Assert.True(deadline.Lost.IsCancellationRequested);
        Assert.False(deadline.IsLive);
    }

    private static async Task RenewedAsync(FakeTime time, Lease lease)
    {
        DateTimeOffset before = End(time, lease);
        await Clock.PassUntilAsync(time, () => End(time, lease) > before.AddSeconds(10), "the renewal is answered", planned: Steps.IsLeaseRenewal);
    }

    /// <summary>When the lease is over: only a renewal moves it.</summary>
    private static DateTimeOffset End(FakeTime time, Lease lease) => time.GetUtcNow() + lease.Remaining;

    private ServiceProvider Services(TimeProvider time, PathsHandler paths)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddFlags(options => (options.Url, options.ApiKey, options.ReportUsage, options.Timeout) = (server.Url, FlagsServer.AdminKey, false, Eventually.Deadline));
        services.AddHttpClient(FlagsRegistration.HttpClientName).AddHttpMessageHandler(() => paths);
        return services.BuildServiceProvider();
    }

    /// <summary>A process that was stopped: time passes, and no timer fires.</summary>
    private sealed class StoppedTimers : TimeProvider
    {
        private readonly FakeTime never = new();

        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => never.CreateTimer(callback, state, dueTime, period);
    }
}
