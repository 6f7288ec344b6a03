using Flags.Testing;

namespace Flags.Client.Tests;

public sealed class ClaimOutageTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_that_was_lost_is_asked_for_again_and_is_the_same_attempt()
    {
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy);
        proxy.Fault = Fault.BlackHole;
        Task<ClaimResult> claiming = flags.ClaimAsync("claim_lost_answer", new ClaimOptions { Wait = TimeSpan.FromMinutes(1) }, Cancellation);
        // The call arrives and its answer does not, or neither; either way the next one finds out.
        await Task.WhenAny(claiming, Task.Delay(TimeSpan.FromMilliseconds(300), Cancellation));
        proxy.Fault = Fault.None;
        proxy.ResetAll();

        await using Claim claim = Assert.IsType<Claim>(await claiming);
        Assert.Equal(1, claim.Attempt);
    }

    [Fact]
    public async Task Without_the_server_nothing_is_claimed_and_that_is_a_result()
    {
        await using FlagsClient flags = server.Client(options => options.Url = Listener.Refusing());
        var nothing = Assert.IsType<NotClaimed>(await flags.ClaimAsync("claim_nowhere", cancellationToken: Cancellation));
        Assert.NotNull(nothing.Outage);
        Assert.Throws<FlagsUnavailableException>(() => nothing.EnsureClaimed());
    }

    [Fact]
    public async Task A_claim_that_nobody_waited_for_is_given_back()
    {
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        FlagsClient flags = server.Client(proxy, new FakeTime());
        var released = new TaskCompletionSource();
        proxy.Fault = Fault.Until(released.Task);
        using var impatient = new CancellationTokenSource();
        Task<ClaimResult> claiming = flags.ClaimAsync("claim_cancelled", TimeSpan.FromHours(1), impatient.Token);
        await Eventually.TrueAsync(async () => await StateAsync("claim_cancelled") == "claimed", "the server has it");
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => claiming);
        proxy.Fault = Fault.None;
        released.SetResult();

        await flags.DisposeAsync();
        Assert.Equal("abandoned", await StateAsync("claim_cancelled"));
    }

    [Fact]
    public async Task The_first_renewal_counts_from_before_the_request()
    {
        var time = new FakeTime();
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, time);
        var answered = new TaskCompletionSource();
        proxy.Fault = Fault.Until(answered.Task);
        Task<ClaimResult> claiming = flags.ClaimAsync("claim_late", cancellationToken: Cancellation);
        await Eventually.TrueAsync(async () => await StateAsync("claim_late") == "claimed", "the server has it");
        time.Advance(TimeSpan.FromSeconds(6));
        answered.SetResult();

        await using Claim claim = (await claiming.WaitAsync(Eventually.Deadline, Cancellation)).EnsureClaimed();

        Assert.Contains(time.Pauses, pause => pause > TimeSpan.FromSeconds(3) && pause <= TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task That_it_is_done_is_said_until_it_is_heard()
    {
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy);
        await using Claim claim = (await flags.ClaimAsync("claim_done_late", cancellationToken: Cancellation)).EnsureClaimed();
        proxy.Refusing = true;
        proxy.ResetAll();
        Task<ClaimDone> completing = claim.CompleteAsync("sent");
        Assert.False(completing.IsCompleted);
        proxy.Refusing = false;

        Assert.True((await completing).RanHere);
        Assert.Equal("done", await StateAsync("claim_done_late"));
    }

    private async Task<string?> StateAsync(string key)
    {
        try
        {
            return (await server.Api.GetClaimAsync(key, Cancellation)).State;
        }
        catch (FlagsProblemException unknown) when (unknown.Problem.Status == 404)
        {
            return null;
        }
    }
}
