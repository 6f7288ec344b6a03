using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

public sealed class ClaimTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_claim_is_won_by_one_completed_and_its_result_is_handed_on()
    {
        await using FlagsClient v1 = server.Client(), v2 = server.Client();
        await using Claim claim = (await v1.ClaimAsync("claim_simple", TimeSpan.FromMinutes(1), Cancellation)).EnsureClaimed();

        var taken = Assert.IsType<ClaimTaken>(await v2.ClaimAsync("claim_simple", cancellationToken: Cancellation));
        Assert.InRange(taken.FreeIn.TotalSeconds, 30, 60);
        Assert.Throws<FlagsProblemException>(() => taken.EnsureClaimed());
        Assert.Equal((1, true), (claim.Attempt, claim.Token > 0));
        Assert.InRange(claim.Remaining.TotalSeconds, 30, 59);
        claim.EnsureValid(TimeSpan.FromSeconds(10));
        ClaimDone mine = await claim.CompleteAsync("42 °");

        var done = Assert.IsType<ClaimDone>(await v2.ClaimAsync("claim_simple", cancellationToken: Cancellation));
        Assert.Equal(("42 °", "42 °", true, false), (mine.Text, done.Text, mine.RanHere, done.RanHere));
        Assert.InRange(done.KeptFor.TotalHours, 23.9, 24);
        Assert.False(claim.Lost.IsCancellationRequested, "completing is no loss");
        Assert.Throws<ClaimLostException>(() => claim.EnsureValid());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => claim.CompleteAsync());
    }

    [Fact]
    public async Task What_is_disposed_without_being_done_is_another_attempts_at_once()
    {
        await using FlagsClient flags = server.Client();
        await using (Claim first = (await flags.ClaimAsync("claim_given_back", cancellationToken: Cancellation)).EnsureClaimed())
            Assert.Equal(1, first.Attempt);

        await using Claim second = (await flags.ClaimAsync("claim_given_back", cancellationToken: Cancellation)).EnsureClaimed();
        Assert.Equal(2, second.Attempt);
    }

    [Fact]
    public async Task What_may_not_happen_twice_stays_taken_unless_it_is_given_back_on_purpose()
    {
        await using FlagsClient flags = server.Client();
        var once = new ClaimOptions { Mode = ClaimMode.Once, Ttl = TimeSpan.FromMinutes(1) };
        await (await flags.ClaimAsync("claim_once", once, Cancellation)).EnsureClaimed().DisposeAsync();
        Assert.InRange(Assert.IsType<ClaimTaken>(await flags.ClaimAsync("claim_once", once, Cancellation)).FreeIn.TotalHours, 23, 24);

        await (await flags.ClaimAsync("claim_once_not", once, Cancellation)).EnsureClaimed().AbandonAsync();
        await using ClaimResult again = await flags.ClaimAsync("claim_once_not", once, Cancellation);
        Assert.IsType<Claim>(again);
    }

    [Fact]
    public async Task Of_twelve_racers_one_wins_each_of_hundreds_of_keys()
    {
        const int Racers = 12, Keys = 250;
        FlagsClient[] clients = [.. Enumerable.Range(0, Racers).Select(_ => server.Client(options => (options.Mode, options.Timeout) = (FlagsMode.Poll, TimeSpan.FromSeconds(30))))];
        var wins = new int[Keys];
        await Task.WhenAll(clients.Select(async client =>
        {
            foreach (int key in Enumerable.Range(0, Keys))
            {
                ClaimResult result = await client.ClaimAsync($"race/{key}", cancellationToken: Cancellation);
                if (result is not Claim claim)
                    continue;
                Interlocked.Increment(ref wins[key]);
                await claim.CompleteAsync();
            }
        }));
        Assert.All(wins, won => Assert.Equal(1, won));
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task A_claim_is_renewed_for_as_long_as_it_is_needed()
    {
        var time = new FakeTime();
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.ReportUsage) = (time, false));
        await using Claim claim = (await flags.ClaimAsync("claim_long", cancellationToken: Cancellation)).EnsureClaimed();
        for (int i = 0; i < 6; i++)
        {
            // Only a renewal moves its end.
            DateTimeOffset before = time.GetUtcNow() + claim.Remaining;
            await Clock.PassUntilAsync(time, () => time.GetUtcNow() + claim.Remaining > before.AddSeconds(5), $"renewal {i} is answered", planned: pause => pause > TimeSpan.FromSeconds(9) && pause <= TimeSpan.FromSeconds(10.1));
            Assert.True(claim.Remaining > TimeSpan.FromSeconds(25), $"renewal {i} is answered");
        }

        claim.EnsureValid();
    }

    [Fact]
    public async Task Renewals_that_are_not_answered_extend_nothing_and_the_work_is_told_before_another_can_have_it()
    {
        var time = new FakeTime();
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(proxy, time);
        await using Claim claim = (await flags.ClaimAsync("claim_hole", cancellationToken: Cancellation)).EnsureClaimed();
        proxy.Fault = Fault.BlackHole;

        TimeSpan passed = await Clock.AdvanceUntilAsync(time, () => claim.Lost.IsCancellationRequested, "the work is told");

        Assert.InRange(passed.TotalSeconds, 27, 29);
        Assert.Equal(TimeSpan.Zero, claim.Remaining);
        proxy.Fault = Fault.None;
        proxy.ResetAll();
    }

    [Fact]
    public async Task Work_that_another_attempt_has_by_now_cannot_be_completed()
    {
        await using FlagsClient flags = server.Client();
        await using Claim claim = (await flags.ClaimAsync("claim_stale", cancellationToken: Cancellation)).EnsureClaimed();
        await server.Api.AbandonClaimAsync(claim.Key, new AbandonClaim(claim.Token), Cancellation);
        await using Claim second = (await flags.ClaimAsync("claim_stale", cancellationToken: Cancellation)).EnsureClaimed();

        await Assert.ThrowsAsync<ClaimLostException>(() => claim.CompleteAsync("too late"));
        Assert.True(claim.Lost.IsCancellationRequested);
        await claim.DisposeAsync();
        await second.CompleteAsync("in time");
    }

    [Fact]
    public async Task Whoever_waits_gets_the_result_when_the_other_is_done_or_the_key_when_it_gives_up()
    {
        await using FlagsClient flags = server.Client();
        var patient = new ClaimOptions { Wait = TimeSpan.FromSeconds(30) };
        Claim one = (await flags.ClaimAsync("claim_wait_done", cancellationToken: Cancellation)).EnsureClaimed(), other = (await flags.ClaimAsync("claim_wait_free", cancellationToken: Cancellation)).EnsureClaimed();
        Task<ClaimResult> done = flags.ClaimAsync(one.Key, patient, Cancellation), free = flags.ClaimAsync(other.Key, patient, Cancellation);
        Assert.IsType<ClaimTaken>(await flags.ClaimAsync(one.Key, new ClaimOptions { Wait = TimeSpan.FromMilliseconds(1) }, Cancellation));
        await one.CompleteAsync("sent");
        await other.DisposeAsync();

        Assert.Equal("sent", Assert.IsType<ClaimDone>(await done).Text);
        await using Claim second = Assert.IsType<Claim>(await free);
        Assert.Equal(2, second.Attempt);
    }

    [Fact]
    public async Task What_waiting_cannot_mend_is_an_exception()
    {
        await using FlagsClient flags = server.Client();
        Assert.Equal(422, (await Assert.ThrowsAsync<FlagsProblemException>(() => flags.ClaimAsync(new string('x', 256), cancellationToken: Cancellation))).Problem.Status);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => flags.ClaimAsync("x", TimeSpan.FromHours(2), Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => flags.ClaimAsync("x", new ClaimOptions { Keep = TimeSpan.FromDays(31) }, Cancellation));
        await using Claim claim = (await flags.ClaimAsync("claim_large", cancellationToken: Cancellation)).EnsureClaimed();
        Assert.Equal(413, (await Assert.ThrowsAsync<FlagsProblemException>(() => claim.CompleteAsync(new string('x', 70_000)))).Problem.Status);
        Assert.True((await claim.CompleteAsync("smaller")).RanHere);
    }
}
