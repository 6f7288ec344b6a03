using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>What networks do between a client and a real server, and what becomes of the client: last good kept, healed without a restart.</summary>
public sealed class ProxyTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>So much is said that an answer comes to the byte at which it breaks, if it does.</summary>
    private const int Rounds = 30;

    public static TheoryData<string> Kinds => [.. Faults.Keys];

    private static Dictionary<string, Fault> Faults { get; } = new()
    {
        ["delayed"] = Fault.Delay(TimeSpan.FromMilliseconds(700)),
        ["swallowed"] = Fault.BlackHole,
        ["reset at once"] = Fault.Reset(),
        ["reset in the head"] = Fault.Reset(50),
        ["reset in the body"] = Fault.Reset(400),
        ["cut off in the head"] = Fault.Truncate(20),
        ["cut off in the body"] = Fault.Truncate(420),
        ["flipped in the status"] = Fault.Flip(9, 3),
        ["flipped in the head"] = Fault.Flip(60, 40),
        ["flipped in the body"] = Fault.Flip(300, 5000),
        ["one byte at a time"] = Fault.Drip(TimeSpan.FromMilliseconds(30)),
        ["half closed"] = Fault.HalfClose(100),
        ["doubled"] = Fault.Duplicate(),
        ["doubled in the body"] = Fault.Duplicate(100),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_client_keeps_what_it_knew_and_is_current_again_when_the_fault_is_over(string kind)
    {
        string name = "proxy_" + kind.Replace(' ', '_');
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = name, Enabled = true }, null, Cancellation);
        await NoiseAsync();
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient flags = server.Client(options => (options.Url, options.Timeout, options.Random) = (proxy.Url, TimeSpan.FromMilliseconds(500), () => 0.02));
        await Eventually.TrueAsync(() => flags.IsEnabled(name), "the client follows");
        int before = proxy.Connections;

        proxy.Fault = Faults[kind];
        proxy.ResetAll();
        int rounds = 0;
        await Eventually.TrueAsync(async () =>
        {
            Assert.True(flags.IsEnabled(name));
            // Something to say, so that every stream comes to the byte at which it breaks.
            await server.Api.PutGatesAsync("proxy_noise", new Gates { Actors = ++rounds < Rounds ? [$"Round;{rounds}"] : [$"Round;{rounds}", $"Kind;{name}"] }, null, Cancellation);
            // Some faults, such as events that come twice, break nothing: then the client knows what was written last under them.
            return proxy.Connections > before + 2 || (proxy.Connections > before && flags.IsEnabled("proxy_noise", $"Kind;{name}"));
        }, "it tried again and again");
        await server.Api.DisableFeatureAsync(name, null, Cancellation);
        proxy.Fault = Fault.None;
        // What the fault holds in its hands is lost with the connection, as it would be.
        proxy.ResetAll();

        await Eventually.TrueAsync(() => !flags.IsEnabled(name), "it follows again");
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
    }

    [Fact]
    public async Task A_stream_that_goes_silent_is_noticed_within_25_seconds()
    {
        var time = new FakeTime();
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "proxy_silent", Enabled = true }, null, Cancellation);
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        // Reports of usage would open connections, too.
        await using FlagsClient flags = server.Client(options => (options.Url, options.TimeProvider, options.Timeout, options.ReportUsage) = (proxy.Url, time, TimeSpan.FromMinutes(5), false));
        await Eventually.TrueAsync(() => flags.IsEnabled("proxy_silent"), "the client follows");
        // No time passes, so only the stream can tell: it is open and has spoken.
        await server.Api.DisableFeatureAsync("proxy_silent", null, Cancellation);
        await Eventually.TrueAsync(() => !flags.IsEnabled("proxy_silent"), "the stream tells");
        await server.Api.EnableFeatureAsync("proxy_silent", null, Cancellation);
        await Eventually.TrueAsync(() => flags.IsEnabled("proxy_silent"), "the stream tells again");
        proxy.Fault = Fault.BlackHole;
        await server.Api.DisableFeatureAsync("proxy_silent", null, Cancellation);
        int before = proxy.Connections;

        await Eventually.TrueAsync(() => time.Limits.Contains(TimeSpan.FromSeconds(20)), "it waits for the next word");
        time.Advance(TimeSpan.FromSeconds(20));
        TimeSpan noticed = TimeSpan.FromSeconds(20) + await Clock.PassUntilAsync(time, () => proxy.Connections > before, "the dead stream was left");

        Assert.InRange(noticed, TimeSpan.Zero, TimeSpan.FromSeconds(25));
        Assert.True(flags.IsEnabled("proxy_silent"));
        proxy.Fault = Fault.None;
        proxy.ResetAll();
        await Clock.PassUntilAsync(time, () => !flags.IsEnabled("proxy_silent"), "healed");
    }

    [Fact]
    public async Task A_stream_that_something_holds_back_leaves_polling()
    {
        var time = new FakeTime();
        await using ScriptedServer scripted = await ScriptedServer.StartAsync();
        int version = 1;
        scripted.Snapshot = context => ScriptedServer.SayAsync(context, ScriptedServer.Body(1, Volatile.Read(ref version), version == 1));
        // The head comes, the events never: a proxy that collects answers.
        scripted.Stream = context => ScriptedServer.EventsAsync(context, Timeout.InfiniteTimeSpan);
        await using FlagsClient flags = scripted.Client(options => (options.TimeProvider, options.ReportUsage) = (time, false));
        Assert.True(await flags.IsEnabledAsync("beta", null, Cancellation));

        Volatile.Write(ref version, 2);

        await Eventually.TrueAsync(() => time.Limits.Contains(TimeSpan.FromSeconds(20)), "it waits for the first word");
        time.Advance(TimeSpan.FromSeconds(20));
        TimeSpan passed = TimeSpan.FromSeconds(20) + await Clock.PassUntilAsync(time, () => !flags.IsEnabled("beta"), "the change came by polling");
        Assert.InRange(passed, TimeSpan.Zero, TimeSpan.FromSeconds(40));
    }

    private async Task NoiseAsync()
    {
        if (!(await server.Api.ListFeaturesAsync(new FeatureQuery { Search = "proxy_noise" }, Cancellation)).Features.Any())
            await server.Api.CreateFeatureAsync(new CreateFeature { Name = "proxy_noise" }, null, Cancellation);
    }
}
