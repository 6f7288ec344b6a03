using System.Text;
using Flags.Testing;
using Microsoft.AspNetCore.Http;

namespace Flags.Client.Tests;

/// <summary>Answers with status 200 that must change nothing: the last good snapshot stays, no check throws, and a good answer heals.</summary>
public sealed class PoisonTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Poisons => [.. Poisoned.Keys];

    private static Dictionary<string, Func<HttpContext, Task>> Poisoned { get; } = new()
    {
        ["a page of a hotel"] = context => ScriptedServer.SayAsync(context, "<html>Welcome</html>", "text/html"),
        ["a page that calls itself JSON"] = context => ScriptedServer.SayAsync(context, "<html>Welcome</html>"),
        ["nothing"] = context => ScriptedServer.SayAsync(context, ""),
        ["null"] = context => ScriptedServer.SayAsync(context, "null"),
        ["an empty object"] = context => ScriptedServer.SayAsync(context, "{}"),
        ["a list"] = context => ScriptedServer.SayAsync(context, "[]"),
        ["half a snapshot"] = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(2, 2, false)[..70]),
        ["no features"] = context => ScriptedServer.SayAsync(context, """{"generation":2,"version":2}"""),
        ["a feature that is null"] = context => ScriptedServer.SayAsync(context, """{"generation":2,"version":2,"features":[null]}"""),
        ["a feature without a name"] = context => ScriptedServer.SayAsync(context, """{"generation":2,"version":2,"features":[{"gates":{}}]}"""),
        ["gates that are null"] = context => ScriptedServer.SayAsync(context, """{"generation":2,"version":2,"features":[{"name":"beta","gates":null,"holds":[]}]}"""),
        ["a hold that is null"] = context => ScriptedServer.SayAsync(context, """{"generation":2,"version":2,"features":[{"name":"beta","gates":{},"holds":[null]}]}"""),
        ["a percentage that is a word"] = context => ScriptedServer.SayAsync(context, """{"generation":2,"version":2,"features":[{"name":"beta","gates":{"percentageOfActors":"many"}}]}"""),
        ["JSON that is too deep"] = context => ScriptedServer.SayAsync(context, $$"""{"generation":2,"version":2,"features":{{new string('[', 100_000)}}"""),
        // Broken on the way, from a byte to another: it is still JSON, with fewer features.
        ["bytes that are no text"] = context => context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes("{\"generation\":2,\"version\":2,\"features\":[],\"ver\u00ff\u00fe\":0}"), context.RequestAborted).AsTask(),
        ["an endless body"] = EndlessAsync,
        ["a body that says it is huge"] = context =>
        {
            context.Response.ContentLength = 1L << 40;
            return ScriptedServer.SayAsync(context, ScriptedServer.Body(2, 2, false));
        },
        ["an older version"] = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(1, 4, false)),
        ["an older generation"] = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(0, 900, false)),
        ["a redirect that calls itself 200"] = context => ScriptedServer.SayAsync(context, "", "text/plain"),
    };

    [Theory]
    [MemberData(nameof(Poisons))]
    public async Task A_poisoned_snapshot_changes_nothing_and_is_healed_by_a_good_one(string poison)
    {
        var time = new FakeTime();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Snapshot = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(1, 5));
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.Mode, options.MaxSnapshotBytes) = (time, FlagsMode.Poll, 1024 * 1024));
        Assert.True(await flags.IsEnabledAsync("beta", null, Cancellation));

        server.Snapshot = Poisoned[poison];
        int asked = server.Snapshots;
        await Clock.AdvanceUntilAsync(time, () => flags.Status.Problem is not null, "the poison was refused");

        Assert.True(server.Snapshots > asked);
        Assert.True(flags.IsEnabled("beta"));
        Assert.Equal((1, 5), (flags.Status.Generation, flags.Status.Version));
        server.Snapshot = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(1, 6, false));
        await Clock.AdvanceUntilAsync(time, () => !flags.IsEnabled("beta") && flags.Status.Problem is null, "a good answer heals");
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("event: change\ndata: {\"generation\":1,\n\n")]
    [InlineData("event: change\ndata: {}\n\n")]
    [InlineData("event: change\ndata: null\n\n")]
    [InlineData("event: change\ndata: {\"generation\":1,\"version\":9,\"features\":[null],\"deleted\":[]}\n\n")]
    [InlineData("event: change\ndata: {\"generation\":1,\"version\":9,\"features\":[],\"deleted\":[null]}\n\n")]
    [InlineData("event: change\ndata: {\"generation\":1,\"version\":9,\"features\":[],\"deleted\":[\"beta\"],\"ver\u00ff\u00fe\":0}\n\n")]
    [InlineData("event: resync\ndata: \n\n")]
    [InlineData("event: resync\ndata: {\"generation\":-4,\"version\":-1,\"refetch\":true}\n\n")]
    public async Task A_poisoned_event_changes_nothing_and_the_stream_is_begun_anew(string said)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Snapshot = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(1, 5));
        server.Stream = context => server.Streams == 1
            ? ScriptedServer.EventsAsync(context, TimeSpan.Zero, ScriptedServer.Ping, said)
            : ScriptedServer.EventsAsync(context, Timeout.InfiniteTimeSpan, ScriptedServer.Change(1, 6, false));
        await using FlagsClient flags = server.Client();

        await Eventually.TrueAsync(() => flags.Status.Version == 6, "the second stream is followed");

        Assert.False(flags.IsEnabled("beta"));
    }

    [Fact]
    public async Task An_event_without_an_end_is_given_up()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Stream = async context =>
        {
            if (server.Streams > 1)
                await ScriptedServer.EventsAsync(context, Timeout.InfiniteTimeSpan, ScriptedServer.Change(1, 6, false));
            else
                await EndlessAsync(context, "text/event-stream");
        };
        await using FlagsClient flags = server.Client();
        await Eventually.TrueAsync(() => flags.Status.Version == 6, "the second stream is followed");
    }

    [Fact]
    public async Task Events_come_in_order_twice_and_from_another_generation()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Snapshot = context => ScriptedServer.SayAsync(context, server.Snapshots == 1 ? ScriptedServer.Body(5, 1) : ScriptedServer.Body(7, 3, false));
        server.Stream = context => ScriptedServer.EventsAsync(context, Timeout.InfiniteTimeSpan,
            ScriptedServer.Change(5, 3, false), ScriptedServer.Change(5, 2, true), ScriptedServer.Change(5, 3, true), ScriptedServer.Change(5, 4, true), ScriptedServer.Change(7, 3, false));
        await using FlagsClient flags = server.Client();
        var seen = new List<(long, bool)>();
        await Eventually.TrueAsync(() =>
        {
            (long, bool) now = (flags.Status.Version, flags.IsEnabled("beta"));
            if (seen.Count == 0 || seen[^1] != now)
                seen.Add(now);
            return flags.Status.Generation == 7;
        }, "the new generation replaced the old one");

        Assert.False(flags.IsEnabled("beta"));
        Assert.DoesNotContain((2, true), seen);
    }

    private static Task EndlessAsync(HttpContext context) => EndlessAsync(context, "application/json");

    private static async Task EndlessAsync(HttpContext context, string type)
    {
        context.Response.ContentType = type;
        byte[] piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)' ');
        try
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client had enough.
        }
    }
}
