using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>Somebody sets the clock: nothing that counts time notices.</summary>
public sealed class WallClockTests
{
    [Theory]
    [InlineData(400)]
    [InlineData(-400)]
    public async Task A_jump_changes_no_answer_no_age_and_no_hold(int days)
    {
        var time = new FakeTime();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Snapshot = context => ScriptedServer.SayAsync(context, ScriptedServer.Held(1, 1, hardLimitSeconds: 100));
        TaskCompletionSource gone = Streaming(server);
        await using FlagsClient flags = Client(server, time);
        await Eventually.TrueAsync(() => !flags.IsStale && server.OpenStreams == 1, "it streams");
        TimeSpan? age = flags.Status.Age;

        time.JumpWallClock(TimeSpan.FromDays(days));

        Assert.Equal((age, false), (flags.Status.Age, flags.IsStale));
        Assert.Equal(Reason.Held, flags.Evaluate("beta").Reason);
        // Cut off, the hold lives on for its time, and no longer.
        server.Snapshot = server.Stream = context => ScriptedServer.RefuseAsync(context, 503);
        gone.SetResult();
        TimeSpan lived = await Clock.PassUntilAsync(time, () => flags.IsEnabled("beta"), "the hold is over");
        // The first end of a pause after the 100 s: 0.9, 1.8, 3.6, 7.2, 14.4 and three times 27 s.
        Assert.Equal(TimeSpan.FromSeconds(108.9), lived);
    }

    [Fact]
    public async Task A_jump_does_not_make_a_current_snapshot_stale_or_a_stale_one_current()
    {
        var time = new FakeTime();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        TaskCompletionSource gone = Streaming(server);
        await using FlagsClient flags = Client(server, time);
        await Eventually.TrueAsync(() => !flags.IsStale && server.OpenStreams == 1, "it streams");
        server.Snapshot = server.Stream = context => ScriptedServer.RefuseAsync(context, 503);
        gone.SetResult();

        await Clock.PassUntilAsync(time, () => flags.IsStale, "nothing was heard for 30 s");
        // 0.9, 1.8, 3.6, 7.2, 14.4 and 27 s.
        Assert.Equal(TimeSpan.FromSeconds(54.9), flags.Status.Age);
        time.JumpWallClock(TimeSpan.FromDays(-1));

        Assert.True(flags.IsStale);
        Assert.True(flags.IsEnabled("beta"));
    }

    /// <summary>Nothing but the feed has pauses.</summary>
    private static FlagsClient Client(ScriptedServer server, FakeTime time) => server.Client(options => (options.TimeProvider, options.ReportUsage, options.Random) = (time, false, () => 0.9));

    /// <summary>Its streams ping once, and end when the answer is done.</summary>
    private static TaskCompletionSource Streaming(ScriptedServer server)
    {
        var gone = new TaskCompletionSource();
        server.Stream = async context =>
        {
            await ScriptedServer.EventsAsync(context, TimeSpan.Zero, ScriptedServer.Ping);
            await gone.Task;
        };
        return gone;
    }
}
