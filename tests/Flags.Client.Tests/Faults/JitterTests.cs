using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>Many clients that lose one server at the same moment do not come back at the same moment.</summary>
public sealed class JitterTests
{
    [Fact]
    public void A_pause_is_anything_up_to_a_ceiling_that_doubles_to_half_a_minute()
    {
        double[] ceilings = [1, 2, 4, 8, 16, 30, 30];
        var buckets = new int[ceilings.Length, 10];
        // The same each time: about one series in a thousand has a number so near to 1 that it is rounded to the ceiling.
        var random = new Random(1);
        for (int client = 0; client < 10_000; client++)
        {
            var backoff = new Backoff(random.NextDouble);
            for (int failure = 0; failure < ceilings.Length; failure++)
                buckets[failure, (int)(backoff.Next().TotalSeconds / ceilings[failure] * 10)]++;
        }

        // Each tenth of each ceiling gets a tenth of the clients; twenty standard deviations are left for chance.
        foreach (int clients in buckets)
            Assert.InRange(clients, 400, 1600);
    }

    [Fact]
    public void What_the_server_said_comes_before_the_jitter_and_nonsense_is_not_believed()
    {
        var backoff = new Backoff(() => 0.5);
        Assert.Equal(TimeSpan.FromSeconds(60.5), backoff.Next(TimeSpan.FromSeconds(60)));
        Assert.Equal(TimeSpan.FromSeconds(301), backoff.Next(TimeSpan.FromDays(9)));
        Assert.Equal(TimeSpan.FromSeconds(2), backoff.Next(TimeSpan.FromSeconds(-5)));
        backoff.Reset();
        Assert.Equal(TimeSpan.FromSeconds(0.5), backoff.Next());
    }

    [Fact]
    public async Task Clients_whose_server_went_away_are_no_herd()
    {
        const int count = 40;
        var time = new FakeTime();
        var gone = new TaskCompletionSource();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Stream = async context =>
        {
            await ScriptedServer.EventsAsync(context, TimeSpan.Zero, ScriptedServer.Ping);
            await gone.Task;
        };
        // The same series each time, whichever client gets which. Less than a millisecond is no pause: that client would fail a second time, and pause for longer.
        var random = new Random(1);
        double Draw()
        {
            lock (random)
                return Math.Max(0.001, random.NextDouble());
        }

        FlagsClient[] clients = [.. Enumerable.Range(0, count).Select(_ => server.Client(options => (options.TimeProvider, options.ReportUsage, options.Random) = (time, false, Draw)))];
        await Eventually.TrueAsync(() => clients.All(flags => !flags.IsStale) && server.OpenStreams == count, "all stream");
        time.Advance(TimeSpan.FromSeconds(10));

        server.Snapshot = server.Stream = context => ScriptedServer.RefuseAsync(context, 503);
        gone.SetResult();

        await Eventually.TrueAsync(() => time.Pauses.Count == count, "all pause");
        double[] pauses = [.. time.Pauses.Select(pause => pause.TotalSeconds)];
        Assert.InRange(pauses[^1], 0.5, 1);
        // At random 4 of 40 fall into a tenth of a second; with 16 something pulls them together.
        Assert.All(pauses, from => Assert.InRange(pauses.Count(pause => pause >= from && pause < from + 0.1), 1, 15));
        foreach (FlagsClient flags in clients)
            await flags.DisposeAsync();
    }
}
