using Flags.Testing;
using Microsoft.AspNetCore.Http;

namespace Flags.Client.Tests;

/// <summary>A server that refuses or is too busy: what was known stays, it is asked again when it wants to be, and a good answer heals.</summary>
public sealed class RefusalFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refused_key_keeps_what_was_known_is_said_once_and_heals(int status)
    {
        var time = new FakeTime();
        using var log = new LogLines();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.Mode, options.ReportUsage) = (time, FlagsMode.Poll, false), log.Factory());
        Assert.True(await flags.IsEnabledAsync("beta", null, Cancellation));

        server.Snapshot = context => ScriptedServer.RefuseAsync(context, status);
        int asked = server.Snapshots;
        await Clock.PassUntilAsync(time, () => server.Snapshots > asked + 2, "it asks again and again");

        Assert.True(flags.IsEnabled("beta"));
        Assert.Single(log.All, line => line.Id.Id == 102);
        Assert.Contains($"({status})", flags.Status.Problem, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FlagsProblemException>(() => flags.WaitUntilEnabledAsync("beta", Timeout.InfiniteTimeSpan, Cancellation));
        server.Snapshot = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(1, 6, false));
        await Clock.PassUntilAsync(time, () => !flags.IsEnabled("beta") && flags.Status.Problem is null, "a good answer heals");
    }

    [Theory]
    [InlineData("429, told in the problem")]
    [InlineData("503, told in the problem")]
    [InlineData("503 of a proxy, told in the header")]
    [InlineData("503 of a proxy, told as a date")]
    public async Task A_busy_server_is_asked_again_when_it_said_and_not_before(string how)
    {
        var time = new FakeTime();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.Mode, options.ReportUsage) = (time, FlagsMode.Poll, false));
        Assert.True(await flags.IsEnabledAsync("beta", null, Cancellation));

        server.Snapshot = context => BusyAsync(context, how);
        await Clock.PassUntilAsync(time, () => flags.Status.Problem is not null, "it was turned away");
        server.Snapshot = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(1, 6, false));

        // Nothing is asked meanwhile: the only pause that long is the one it was told.
        await Eventually.TrueAsync(() => time.Pauses.Any(pause => pause > TimeSpan.FromSeconds(110)), "it pauses as told");
        Assert.True(flags.IsEnabled("beta"));
        TimeSpan waited = await Clock.PassUntilAsync(time, () => !flags.IsEnabled("beta"), "a good answer heals");
        Assert.InRange(waited, TimeSpan.FromSeconds(110), TimeSpan.FromSeconds(140));
    }

    [Fact]
    public async Task A_server_that_stays_away_is_asked_ever_more_rarely_at_least_every_half_minute()
    {
        var time = new FakeTime();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Snapshot = context => ScriptedServer.RefuseAsync(context, 503);
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.Random, options.ReportUsage) = (time, () => 0.999, false));
        var pauses = new List<double>();
        for (int round = 1; round <= 8; round++)
        {
            await Eventually.TrueAsync(() => server.Snapshots == round && time.Pauses.Count > 0, "it pauses");
            pauses.Add(Math.Round(time.Pauses[0].TotalSeconds));
            time.Advance(time.Pauses[0]);
        }

        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30], pauses);
    }

    private static Task BusyAsync(HttpContext context, string how)
    {
        if (how.EndsWith("header", StringComparison.Ordinal))
            context.Response.Headers.RetryAfter = "120";
        if (how.EndsWith("date", StringComparison.Ordinal))
            (context.Response.Headers.Date, context.Response.Headers.RetryAfter) = ("Tue, 01 Jan 2030 12:00:00 GMT", "Tue, 01 Jan 2030 12:02:00 GMT");
        return how.EndsWith("problem", StringComparison.Ordinal)
            ? ScriptedServer.RefuseAsync(context, int.Parse(how[..3]), 120)
            : ScriptedServer.SayAsync(context, "busy", "text/plain", 503);
    }
}
