using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>Somebody sets the clock: nothing that counts time notices.</summary>
public sealed class WallClockTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400)]
    [InlineData(-400)]
    public async Task A_jump_changes_no_answer_no_age_and_no_hold(int days)
    {
        var time = new FakeTime();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Snapshot = context => ScriptedServer.SayAsync(context, ScriptedServer.Held(1, 1, hardLimitSeconds: 100));
        await using FlagsClient flags = server.Client(options => options.TimeProvider = time);
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        TimeSpan? age = flags.Status.Age;

        time.JumpWallClock(TimeSpan.FromDays(days));

        Assert.Equal((age, false), (flags.Status.Age, flags.IsStale));
        Assert.Equal(Reason.Held, flags.Evaluate("beta").Reason);
        // Cut off, the hold lives on for its time, and no longer.
        server.Snapshot = server.Stream = context => ScriptedServer.RefuseAsync(context, 503);
        TimeSpan lived = await Clock.AdvanceUntilAsync(time, () => flags.IsEnabled("beta"), "the hold is over");
        Assert.InRange(lived, TimeSpan.FromSeconds(95), TimeSpan.FromSeconds(135));
    }

    [Fact]
    public async Task A_jump_does_not_make_a_current_snapshot_stale_or_a_stale_one_current()
    {
        var time = new FakeTime();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        await using FlagsClient flags = server.Client(options => options.TimeProvider = time);
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        server.Snapshot = server.Stream = context => ScriptedServer.RefuseAsync(context, 503);

        await Clock.AdvanceUntilAsync(time, () => flags.IsStale, "nothing was heard for 30 s");
        Assert.InRange(flags.Status.Age!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
        time.JumpWallClock(TimeSpan.FromDays(-1));

        Assert.True(flags.IsStale);
        Assert.True(flags.IsEnabled("beta"));
    }
}
