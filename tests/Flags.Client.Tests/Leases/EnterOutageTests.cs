using Flags.Testing;

namespace Flags.Client.Tests;

public sealed class EnterOutageTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_without_an_answer_is_repeated_with_the_same_id()
    {
        await server.OpenAsync("outage_repeat");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy);
        proxy.Fault = Fault.Reset();
        Task<EnterResult> entering = flags.EnterAsync("outage_repeat", TimeSpan.FromMinutes(1), cancellationToken: Cancellation);
        await server.IsInsideAsync("outage_repeat", 1);

        proxy.Fault = Fault.None;
        await using Lease lease = (await entering.WaitAsync(Eventually.Deadline, Cancellation)).EnsureEntered();

        Assert.Equal(lease.Id, Assert.Single(await server.InsideAsync("outage_repeat")).Id);
    }

    [Fact]
    public async Task A_job_that_gives_up_is_not_left_inside()
    {
        await server.OpenAsync("outage_cancel");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, new FakeTime());
        var released = new TaskCompletionSource();
        proxy.Fault = Fault.Until(released.Task);
        using var gives = new CancellationTokenSource();
        Task<EnterResult> entering = flags.EnterAsync("outage_cancel", TimeSpan.FromMinutes(1), cancellationToken: gives.Token);
        await server.IsInsideAsync("outage_cancel", 1);

        await gives.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => entering);
        proxy.Fault = Fault.None;
        released.SetResult();
        await server.IsInsideAsync("outage_cancel", 0);
    }

    [Fact]
    public async Task Disposing_waits_until_a_job_that_gave_up_is_out_again()
    {
        await server.OpenAsync("outage_dispose");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        FlagsClient flags = server.Client(proxy, new FakeTime());
        var released = new TaskCompletionSource();
        proxy.Fault = Fault.Until(released.Task);
        using var gives = new CancellationTokenSource();
        Task<EnterResult> entering = flags.EnterAsync("outage_dispose", TimeSpan.FromMinutes(1), cancellationToken: gives.Token);
        await server.IsInsideAsync("outage_dispose", 1);
        await gives.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => entering);

        Task disposing = flags.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        proxy.Fault = Fault.None;
        released.SetResult();
        await disposing.WaitAsync(Eventually.Deadline, Cancellation);

        Assert.Empty(await server.InsideAsync("outage_dispose"));
    }

    [Fact]
    public async Task Policy_wait_waits_for_the_server()
    {
        await server.OpenAsync("outage_wait");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        proxy.Refusing = true;
        await using FlagsClient flags = server.Client(proxy);
        var told = new TaskCompletionSource<NotEntered>();
        Task<EnterResult> entering = flags.EnterAsync("outage_wait", TimeSpan.FromMinutes(1), new EnterOptions { Progress = new Tell<NotEntered>(why => told.TrySetResult(why)) }, Cancellation);
        Assert.Equal(NotEnteredReason.Unreachable, (await told.Task.WaitAsync(Eventually.Deadline, Cancellation)).Reason);

        proxy.Refusing = false;

        await using Lease lease = (await entering.WaitAsync(Eventually.Deadline, Cancellation)).EnsureEntered();
    }

    [Fact]
    public async Task Policy_fail_does_not_run_and_does_not_wait()
    {
        await server.OpenAsync("outage_fail");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        proxy.Refusing = true;
        await using FlagsClient flags = server.Client(proxy);

        await using EnterResult entry = await flags.EnterAsync("outage_fail", TimeSpan.FromHours(1), new EnterOptions { WhenUnreachable = WhenUnreachable.Fail }, Cancellation).WaitAsync(Eventually.Deadline, Cancellation);

        Assert.Equal(NotEnteredReason.Unreachable, Assert.IsType<NotEntered>(entry).Reason);
        Assert.Throws<FlagsUnavailableException>(() => entry.EnsureEntered());
    }

    [Fact]
    public async Task Policy_run_runs_without_protection_and_says_so()
    {
        var lines = new LogLines();
        await server.OpenAsync("outage_run");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        proxy.Refusing = true;
        await using FlagsClient flags = server.Client(options => options.Url = proxy.Url, lines.Factory());

        await using Lease lease = (await flags.EnterAsync("outage_run", options: new EnterOptions { WhenUnreachable = WhenUnreachable.Run }, cancellationToken: Cancellation)).EnsureEntered();

        Assert.Equal((false, 0L), (lease.IsGuarded, lease.Token));
        lease.EnsureValid(TimeSpan.FromDays(1));
        Assert.Contains(lines.All, line => line.Id.Id == 121);
    }

    [Fact]
    public async Task Policy_run_obeys_a_server_that_answers()
    {
        await server.OpenAsync("outage_obey");
        await server.HoldAsync("outage_obey");
        await using FlagsClient flags = server.Client();
        Assert.IsType<NotEntered>(await flags.EnterAsync("outage_obey", options: new EnterOptions { WhenUnreachable = WhenUnreachable.Run }, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_job_leaves_through_an_outage()
    {
        var time = new FakeTime();
        await server.OpenAsync("outage_leave");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, time);
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        Lease lease = (await flags.EnterAsync("outage_leave", cancellationToken: Cancellation)).EnsureEntered();
        proxy.Refusing = true;
        proxy.ResetAll();

        Task leaving = lease.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() => time.Pauses.Any(IsBetweenAttempts), "the first attempt was refused");
        Assert.False(leaving.IsCompleted);
        proxy.Refusing = false;
        await Clock.PassUntilAsync(time, () => leaving.IsCompleted, "it has left", planned: IsBetweenAttempts);
        await leaving;

        Assert.Empty(await server.InsideAsync("outage_leave"));
    }

    /// <summary>The first pauses; the client's polls and the lease's renewals are further away.</summary>
    private static bool IsBetweenAttempts(TimeSpan pause) => pause <= TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Leaving_never_throws_and_says_what_was_not_acknowledged()
    {
        var lines = new LogLines();
        var time = new FakeTime();
        await server.OpenAsync("outage_silent");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(options => (options.Url, options.TimeProvider, options.ReportUsage) = (proxy.Url, time, false), lines.Factory());
        Lease lease = (await flags.EnterAsync("outage_silent", cancellationToken: Cancellation)).EnsureEntered();
        proxy.Fault = Fault.BlackHole;

        Task leaving = lease.DisposeAsync().AsTask();
        await Clock.AdvanceUntilAsync(time, () => leaving.IsCompleted, "leaving ends");

        await leaving;
        Assert.Contains(lines.All, line => line.Id.Id == 133);
    }
}
