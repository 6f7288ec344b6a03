using Flags.Testing;

namespace Flags.Client.Tests;

public sealed class RunOnceTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_is_done_once_and_everybody_gets_its_result()
    {
        int runs = 0;
        FlagsClient[] versions = [server.Client(), server.Client(), server.Client()];
        ClaimResult[] results = await Task.WhenAll(versions.Select(flags => flags.RunOnceAsync("once_result", async (claim, ends) =>
        {
            Interlocked.Increment(ref runs);
            await Task.Delay(TimeSpan.FromMilliseconds(50), ends);
            return $"answer {claim.Attempt}";
        }, new ClaimOptions { Wait = Eventually.Deadline }, Cancellation)));

        Assert.Equal(1, runs);
        Assert.All(results, result => Assert.Equal("answer 1", Assert.IsType<ClaimDone>(result).Text));
        Assert.Single(results.OfType<ClaimDone>(), done => done.RanHere);
        await Task.WhenAll(versions.Select(flags => flags.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Work_that_fails_is_free_for_the_next_attempt()
    {
        await using FlagsClient flags = server.Client();
        await Assert.ThrowsAsync<InvalidDataException>(() => flags.RunOnceAsync("once_fails", (_, _) => throw new InvalidDataException("bad"), null, Cancellation));

        int attempt = 0;
        ClaimResult result = await flags.RunOnceAsync("once_fails", (claim, _) => Task.FromResult(attempt = claim.Attempt), null, Cancellation);
        Assert.Equal(2, attempt);
        Assert.Null(Assert.IsType<ClaimDone>(result).Result);
    }

    [Fact]
    public async Task Work_whose_claim_is_lost_is_stopped()
    {
        var time = new FakeTime();
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, time);
        var begun = new TaskCompletionSource();
        Task<ClaimResult> running = flags.RunOnceAsync("once_lost", async (_, ends) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, ends);
        }, null, Cancellation);
        await begun.Task.WaitAsync(Eventually.Deadline, Cancellation);
        proxy.Fault = Fault.BlackHole;

        await Clock.AdvanceUntilAsync(time, () => running.IsCompleted, "the work was stopped");

        await Assert.ThrowsAsync<ClaimLostException>(() => running);
        proxy.Fault = Fault.None;
        proxy.ResetAll();
    }

    [Fact]
    public async Task A_message_whose_version_was_killed_is_answered_by_the_other()
    {
        await using FlagsClient v2 = server.Client();
        using (var v1 = WorkerProcess.Start(server, "claim", "once_killed", "8s"))
        {
            await v1.SaysAsync("claimed");
            Assert.IsType<ClaimTaken>(await v2.RunOnceAsync("once_killed", (_, _) => Task.CompletedTask, null, Cancellation));
            v1.Kill();
        }

        ClaimResult result = await v2.RunOnceAsync("once_killed", (claim, _) => Task.FromResult<string?>($"attempt {claim.Attempt}"), new ClaimOptions { Wait = Eventually.Deadline }, Cancellation);
        Assert.Equal("attempt 2", Assert.IsType<ClaimDone>(result).Text);
    }
}
