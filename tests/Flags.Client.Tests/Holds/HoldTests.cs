using System.Collections.Concurrent;
using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

public sealed class HoldTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deploy_holds_waits_until_the_jobs_have_left_and_releases()
    {
        await server.OpenAsync("hold_deploy");
        await using FlagsClient flags = server.Client();
        Lease first = (await flags.EnterAsync("hold_deploy", options: new EnterOptions { Holder = "ImportOrders" }, cancellationToken: Cancellation)).EnsureEntered();
        Lease second = (await flags.EnterAsync("hold_deploy", options: new EnterOptions { Holder = "SendDigest" }, cancellationToken: Cancellation)).EnsureEntered();

        Hold hold = await flags.HoldAsync(["hold_deploy"], "v42", new HoldOptions { Holder = "pipeline", Url = "https://ci.example/42" }, Cancellation);
        Assert.Equal(2, hold.InFlightAtStart);
        Assert.IsType<NotEntered>(await flags.EnterAsync("hold_deploy", cancellationToken: Cancellation));
        var seen = new ConcurrentQueue<DrainProgress>();
        Task<DrainResult> draining = hold.DrainAsync(TimeSpan.FromMinutes(5), new Tell<DrainProgress>(seen.Enqueue), Cancellation);
        await first.DisposeAsync();
        await Eventually.TrueAsync(() => seen.Any(progress => (progress.Left, progress.Total) == (1, 2) && progress.Inside[0].Holder == "SendDigest"), "one of two has left");
        Assert.False(draining.IsCompleted);
        await second.DisposeAsync();

        Drained drained = (await draining.WaitAsync(Eventually.Deadline, Cancellation)).EnsureDrained();
        Assert.Equal((2, 0), (drained.Left, drained.Expired));
        Assert.True(hold.Token > second.Token);
        hold.EnsureValid(TimeSpan.FromMinutes(1));
        await hold.DisposeAsync();
        await hold.DisposeAsync();
        Assert.False(hold.Lost.IsCancellationRequested, "releasing is no loss");
        HoldInfo ended = await server.Api.GetHoldAsync(hold.Id, Cancellation);
        Assert.Equal(("released", "pipeline", "v42", "https://ci.example/42"), (ended.State, ended.Holder, ended.Reason, ended.Url));
        await using Lease next = (await flags.EnterAsync("hold_deploy", cancellationToken: Cancellation)).EnsureEntered();
        Assert.True(next.Token > hold.Token);
    }

    [Fact]
    public async Task A_drain_that_takes_too_long_names_the_jobs()
    {
        await server.OpenAsync("hold_slow");
        await using FlagsClient flags = server.Client();
        await using EnterResult job = await flags.EnterAsync("hold_slow", options: new EnterOptions { Holder = "RebuildIndex" }, cancellationToken: Cancellation);
        await using Hold hold = await flags.HoldAsync(["hold_slow"], "v42", cancellationToken: Cancellation);

        DrainResult result = await hold.DrainAsync(TimeSpan.FromSeconds(0.3), cancellationToken: Cancellation);

        Assert.Equal("RebuildIndex", Assert.Single(Assert.IsType<NotDrained>(result).Inside).Holder);
        Assert.Contains("RebuildIndex", Assert.Throws<TimeoutException>(() => result.EnsureDrained()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hold_is_renewed_for_as_long_as_the_deploy_goes_on()
    {
        var time = new FakeTime();
        await server.OpenAsync("hold_long");
        await using FlagsClient flags = server.Client(options => options.TimeProvider = time);
        await using Hold hold = await flags.HoldAsync(["hold_long"], "v42", cancellationToken: Cancellation);

        for (int i = 0; i < 4; i++)
        {
            await Eventually.TrueAsync(() => time.Pauses.Any(pause => pause > TimeSpan.FromSeconds(39) && pause <= TimeSpan.FromSeconds(40)), "the next renewal is planned");
            time.Advance(TimeSpan.FromSeconds(40.1));
            await Eventually.TrueAsync(() => hold.Remaining > TimeSpan.FromSeconds(110), $"renewal {i} is answered");
        }

        Assert.False(hold.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task The_first_renewal_counts_from_before_the_request()
    {
        var time = new FakeTime();
        await server.OpenAsync("hold_late");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, time);
        var answered = new TaskCompletionSource();
        proxy.Fault = Fault.Until(answered.Task);
        Task<Hold> placing = flags.HoldAsync(["hold_late"], "v42", cancellationToken: Cancellation);
        await Eventually.TrueAsync(async () => (await LiveAsync("hold_late")).Count == 1, "it is placed");
        time.Advance(TimeSpan.FromSeconds(30));
        answered.SetResult();

        await using Hold hold = await placing.WaitAsync(Eventually.Deadline, Cancellation);

        await Eventually.TrueAsync(() => time.Pauses.Any(pause => pause > TimeSpan.FromSeconds(9) && pause <= TimeSpan.FromSeconds(10)), "it is planned 40 s after the request");
    }

    [Fact]
    public async Task A_deploy_that_is_cut_off_knows_before_jobs_may_run()
    {
        var time = new FakeTime();
        await server.OpenAsync("hold_cut");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, time);
        Hold hold = await flags.HoldAsync(["hold_cut"], "v42", cancellationToken: Cancellation);
        proxy.Fault = Fault.BlackHole;

        TimeSpan passed = await Clock.AdvanceUntilAsync(time, () => hold.Lost.IsCancellationRequested, "the deploy is told");

        Assert.InRange(passed.TotalSeconds, 115, 118);
        Assert.Throws<HoldLostException>(() => hold.EnsureValid());
        await Assert.ThrowsAsync<HoldLostException>(() => hold.DrainAsync(TimeSpan.FromMinutes(1), cancellationToken: Cancellation));
        proxy.Fault = Fault.None;
        proxy.ResetAll();
        await hold.DisposeAsync();
    }

    [Fact]
    public async Task A_hold_that_an_admin_ended_is_lost()
    {
        var time = new FakeTime();
        await server.OpenAsync("hold_forced");
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.ReportUsage) = (time, false));
        await using Hold hold = await flags.HoldAsync(["hold_forced"], "v42", cancellationToken: Cancellation);
        await server.Api.ForceReleaseHoldAsync(hold.Id, new HoldReason("the pipeline is gone"), Cancellation);

        await Clock.PassUntilAsync(time, () => hold.Lost.IsCancellationRequested, "the deploy is told", planned: pause => pause > TimeSpan.FromSeconds(39) && pause <= TimeSpan.FromSeconds(40));

        Assert.Contains("ended by an admin", Assert.Throws<HoldLostException>(() => hold.EnsureValid()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drain_ends_with_the_hold()
    {
        await server.OpenAsync("hold_ends");
        await using FlagsClient flags = server.Client();
        await using EnterResult job = await flags.EnterAsync("hold_ends", cancellationToken: Cancellation);
        await using Hold hold = await flags.HoldAsync(["hold_ends"], "v42", cancellationToken: Cancellation);
        Task<DrainResult> draining = hold.DrainAsync(TimeSpan.FromMinutes(5), cancellationToken: Cancellation);

        await server.Api.ForceReleaseHoldAsync(hold.Id, new HoldReason("no"), Cancellation);

        await Assert.ThrowsAsync<HoldLostException>(() => draining.WaitAsync(Eventually.Deadline, Cancellation));
    }

    [Fact]
    public async Task An_exclusive_deploy_is_refused_beside_another_or_waits_for_it()
    {
        await server.OpenAsync("hold_exclusive");
        await using FlagsClient flags = server.Client();
        Hold other = await flags.HoldAsync(["hold_exclusive"], "v41", cancellationToken: Cancellation);

        FlagsProblemException refused = await Assert.ThrowsAsync<FlagsProblemException>(() => flags.HoldAsync(["hold_exclusive"], "v42", new HoldOptions { Exclusive = true }, Cancellation));
        Assert.Contains("v41", refused.Message, StringComparison.Ordinal);
        Task<Hold> waiting = flags.HoldAsync(["hold_exclusive"], "v42", new HoldOptions { Exclusive = true, Wait = TimeSpan.FromMinutes(5) }, Cancellation);
        await other.DisposeAsync();

        await using Hold own = await waiting.WaitAsync(Eventually.Deadline, Cancellation);
        Assert.InRange(own.Remaining.TotalSeconds, 60, 118);
    }

    [Fact]
    public async Task A_call_without_an_answer_is_repeated_with_the_same_id()
    {
        await server.OpenAsync("hold_repeat");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy);
        proxy.Fault = Fault.Reset();
        Task<Hold> placing = flags.HoldAsync(["hold_repeat"], "v42", new HoldOptions { Wait = TimeSpan.FromMinutes(1) }, Cancellation);
        await Eventually.TrueAsync(async () => (await LiveAsync("hold_repeat")).Count == 1, "it is placed");

        proxy.Fault = Fault.None;
        await using Hold hold = await placing.WaitAsync(Eventually.Deadline, Cancellation);

        Assert.Equal(hold.Id, Assert.Single(await LiveAsync("hold_repeat")).Id);
    }

    [Fact]
    public async Task A_deploy_that_gives_up_holds_nothing()
    {
        await server.OpenAsync("hold_cancel");
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy);
        var released = new TaskCompletionSource();
        proxy.Fault = Fault.Until(released.Task);
        using var gives = new CancellationTokenSource();
        Task<Hold> placing = flags.HoldAsync(["hold_cancel"], "v42", cancellationToken: gives.Token);
        await Eventually.TrueAsync(async () => (await LiveAsync("hold_cancel")).Count == 1, "it is placed");

        await gives.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => placing);
        proxy.Fault = Fault.None;
        released.SetResult();
        await Eventually.TrueAsync(async () => (await LiveAsync("hold_cancel")).Count == 0, "it is released");
    }

    [Fact]
    public async Task A_refusal_says_what_is_wrong()
    {
        await using FlagsClient flags = server.Client();
        FlagsProblemException missing = await Assert.ThrowsAsync<FlagsProblemException>(() => flags.HoldAsync(["hold_nowhere"], "v42", cancellationToken: Cancellation));
        FlagsProblemException reasonless = await Assert.ThrowsAsync<FlagsProblemException>(() => flags.HoldAsync(["hold_nowhere"], "", cancellationToken: Cancellation));
        Assert.Equal((404, 422), (missing.Problem.Status, reasonless.Problem.Status));
    }

    private async Task<IReadOnlyList<HoldInfo>> LiveAsync(string feature) => (await server.Api.ListHoldsAsync(new HoldQuery { Feature = feature, Active = true }, Cancellation)).Holds;
}
