using Flags.Testing;
using Microsoft.AspNetCore.Http;

namespace Flags.Client.Tests;

/// <summary>Answers that begin and do not end, and streams that open and say nothing.</summary>
public sealed class SlowTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_that_does_not_end_is_given_up_after_the_timeout()
    {
        var time = new FakeTime();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.Mode, options.Timeout, options.ReportUsage) = (time, FlagsMode.Poll, TimeSpan.FromSeconds(50), false));
        Assert.True(await flags.IsEnabledAsync("beta", null, Cancellation));
        bool begun = false;

        server.Snapshot = async context =>
        {
            string body = ScriptedServer.Body(1, 6, false);
            context.Response.ContentLength = body.Length;
            await context.Response.WriteAsync(body[..40], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            Volatile.Write(ref begun, true);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        // The first pause that is seen may be what is left of the wait before; while the answer is read there is none.
        await Eventually.TrueAsync(() =>
        {
            if (time.Pauses is [TimeSpan pause])
                time.Advance(pause);
            return Volatile.Read(ref begun);
        }, "the slow answer began");
        time.Advance(TimeSpan.FromSeconds(49.9));
        await Clock.SettleAsync();
        Assert.Null(flags.Status.Problem);
        time.Advance(TimeSpan.FromSeconds(0.2));

        await Eventually.TrueAsync(() => flags.Status.Problem is not null, "it was given up");
        Assert.Contains("not complete within 50 s", flags.Status.Problem, StringComparison.Ordinal);
        Assert.True(flags.IsEnabled("beta"));
        server.Snapshot = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(1, 7, false));
        await Clock.AdvanceUntilAsync(time, () => !flags.IsEnabled("beta"), "healed");
    }

    [Fact]
    public async Task A_stream_that_is_not_answered_at_all_is_given_up_and_begun_anew()
    {
        var time = new FakeTime();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Stream = context => server.Streams > 1
            ? ScriptedServer.EventsAsync(context, Timeout.InfiniteTimeSpan, ScriptedServer.Change(1, 6, false))
            : Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.Timeout) = (time, TimeSpan.FromSeconds(50)));

        await Clock.AdvanceUntilAsync(time, () => flags.Status.Version == 6, "the second stream is followed");

        Assert.False(flags.IsEnabled("beta"));
    }
}
