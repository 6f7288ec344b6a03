using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>A client that is disposed in the middle of anything: quickly, quietly, and its checks go on.</summary>
public sealed class DisposeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Moments =>
        [.. from moment in (string[])["at once", "while it connects", "in a body", "before the first event", "while it streams", "while it pauses"] from wait in (bool[])[true, false] select (moment, wait)];

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Disposing_ends_everything_but_the_checks(string moment, bool wait)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        await using Listener silent = Listener.Silent();
        Script(server, moment);
        FlagsClient flags = server.Client(options => (options.Url, options.Random) = (moment == "while it connects" ? silent.Url : server.Url, () => 0.9));
        Task<bool> waiting = flags.WaitUntilEnabledAsync("alpha", Timeout.InfiniteTimeSpan, CancellationToken.None), check = flags.IsEnabledAsync("alpha", null, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        await Eventually.TrueAsync(() => HasCome(moment, server, flags, silent), moment);
        bool before = flags.IsEnabled("beta");

        if (wait)
            await flags.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        else
            flags.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Eventually.Deadline, Cancellation));
        Assert.False(await OrOffAsync(check.WaitAsync(Eventually.Deadline, Cancellation)));
        Assert.Equal(before, flags.IsEnabled("beta"));
        Assert.Equal(before, flags.Feature("beta").IsEnabled("User;1"));
        await Eventually.TrueAsync(() => server.OpenStreams == 0, "the connection is closed");
        await flags.DisposeAsync();
        flags.Dispose();
    }

    [Fact]
    public async Task Checks_from_many_threads_survive_changes_and_the_end()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Stream = async context =>
        {
            string[] changes = [.. Enumerable.Range(2, 2000).Select(version => ScriptedServer.Change(1, version, true))];
            await ScriptedServer.EventsAsync(context, Timeout.InfiniteTimeSpan, changes);
        };
        FlagsClient flags = server.Client();
        Assert.True(await flags.IsEnabledAsync("beta", null, Cancellation));
        PreparedFeature prepared = flags.Feature("beta");
        using var stop = new CancellationTokenSource();
        // On threads of their own: the pool may have two, and the client needs them.
        Task[] checking = [.. Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.True(flags.IsEnabled("beta") && prepared.IsEnabled() && prepared.IsEnabled("User;1"));
                // The client and its server need the processors, too.
                Thread.Yield();
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        await Eventually.TrueAsync(() => flags.Status.Version > 500, "it follows");

        await flags.DisposeAsync();
        await stop.CancelAsync();

        await Task.WhenAll(checking);
    }

    private static async Task<bool> OrOffAsync(Task<bool> check)
    {
        try
        {
            return await check;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private static void Script(ScriptedServer server, string moment)
    {
        if (moment == "at once")
            server.Snapshot = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        if (moment == "in a body")
        {
            server.Snapshot = async context =>
            {
                await ScriptedServer.SayAsync(context, "{");
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            };
        }

        if (moment == "before the first event")
            server.Stream = context => ScriptedServer.EventsAsync(context, Timeout.InfiniteTimeSpan);
        if (moment == "while it pauses")
            server.Stream = context => ScriptedServer.RefuseAsync(context, 503, 100);
    }

    private static bool HasCome(string moment, ScriptedServer server, FlagsClient flags, Listener silent) => moment switch
    {
        "at once" => true,
        "while it connects" => silent.Connections > 0,
        "in a body" => server.Snapshots > 0,
        "before the first event" => server.OpenStreams > 0,
        "while it streams" => server.OpenStreams > 0 && !flags.IsStale,
        _ => flags.Status.Problem is not null,
    };
}
