using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flags.Client.Tests;

/// <summary>One connection, handed from version to version.</summary>
public sealed class TakeoverTests(FlagsServer server, ITestOutputHelper output)
{
    private const int Handovers = 15;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_is_handed_over_at_once_and_never_had_by_two()
    {
        await server.OpenAsync("takeover_many", limit: 1);
        // No time passes, so nobody renews: only the stream can tell the holder.
        await using FlagsClient one = StreamOnly(), other = StreamOnly();
        Assert.True(await one.WaitUntilReadyAsync(Eventually.Deadline, Cancellation) && await other.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        await server.OpenAsync("takeover_streams");
        await Eventually.TrueAsync(() => one.IsEnabled("takeover_streams") && other.IsEnabled("takeover_streams"), "their streams are open");
        var story = new Story();
        await using Lease first = (await one.EnterAsync("takeover_many", cancellationToken: Cancellation)).EnsureEntered();
        Lease current = first;
        for (int i = 0; i < Handovers; i++)
        {
            story.Asked();
            Task<EnterResult> successor = (i % 2 == 0 ? other : one).TakeOverAsync("takeover_many", cancellationToken: Cancellation);
            await story.HandOverAsync(current, i);
            current = (await successor.WaitAsync(Eventually.Deadline, Cancellation)).EnsureEntered();
            story.Connected();
            Assert.False(current.TakeoverRequested.IsCancellationRequested);
        }

        await current.DisposeAsync();
        output.WriteLine($"from wish to told: {story.Told}; from connection closed to successor inside: {story.Gap} (ms)");
    }

    [Fact]
    public async Task Without_the_stream_the_holder_hears_of_it_when_it_renews()
    {
        var time = new FakeTime();
        await server.OpenAsync("takeover_poll", limit: 1);
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        await using FlagsClient old = server.Client(proxy, time), next = server.Client();
        Lease lease = (await old.EnterAsync("takeover_poll", cancellationToken: Cancellation)).EnsureEntered();
        Task<EnterResult> successor = next.TakeOverAsync("takeover_poll", cancellationToken: Cancellation);
        await Eventually.TrueAsync(async () => (await server.Api.ListLeasesAsync("takeover_poll", cancellationToken: Cancellation)).Waiting.Count == 1, "the successor waits");
        Assert.False(lease.TakeoverRequested.IsCancellationRequested);

        await Clock.PassUntilAsync(time, () => lease.TakeoverRequested.IsCancellationRequested, "the holder is told", planned: Steps.IsLeaseRenewal);
        Assert.False(lease.Closing.IsCancellationRequested || lease.Lost.IsCancellationRequested);
        await lease.DisposeAsync();
        await (await successor.WaitAsync(Eventually.Deadline, Cancellation)).EnsureEntered().DisposeAsync();
    }

    [Fact]
    public async Task A_version_that_hangs_is_replaced_when_its_lease_is_over_and_knows_it_when_it_wakes()
    {
        await server.OpenAsync("takeover_hangs", limit: 1);
        await using FlagsClient next = server.Client();
        using WorkerProcess old = WorkerProcess.Start(server, "connection", "takeover_hangs", "8s");
        await old.SaysAsync("connected");
        await old.PauseAsync();
        long asked = TimeProvider.System.GetTimestamp();
        double left = (await server.InsideAsync("takeover_hangs"))[0].ExpiresInSeconds;

        await using Lease lease = (await next.TakeOverAsync("takeover_hangs", cancellationToken: Cancellation)).EnsureEntered();

        // Its grace is a quarter of its TTL.
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, left + 1.9, left + 10);
        Assert.Equal(lease.Id, Assert.Single(await server.InsideAsync("takeover_hangs")).Id);
        old.Signal(WorkerProcess.Cont);
        Assert.Equal(0, await old.ExitAsync());
        Assert.Contains("lost", old.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_was_succeeded_stands_by_until_the_slot_is_free()
    {
        await server.OpenAsync("takeover_service", limit: 1);
        using IHost v1 = await StartAsync(), v2 = await StartAsync();
        Connection first = Of(v1), second = Of(v2);
        await Eventually.TrueAsync(() => first.Calls == 1 && second.Calls == 1 && first.Running + second.Running == 1, "the second has taken over");
        await Eventually.TrueAsync(async () => (await server.Api.ListLeasesAsync("takeover_service", cancellationToken: Cancellation)).Waiting is [{ Takeover: false }], "the other stands by");

        Connection inside = first.Running == 1 ? first : second, standing = first.Running == 1 ? second : first;
        await (inside == first ? v1 : v2).StopAsync(Cancellation);
        await Eventually.TrueAsync(() => standing.Running == 1 && standing.Calls == 2, "it is back");
        await (inside == first ? v2 : v1).StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_key_is_told_only_of_features_that_it_may_know()
    {
        await server.OpenAsync("takeover_secret", limit: 1);
        await server.OpenAsync("known_takeover", limit: 1);
        await using FlagsClient flags = server.Client();
        await using EnterResult secret = await flags.EnterAsync("takeover_secret", cancellationToken: Cancellation), known = await flags.EnterAsync("known_takeover", cancellationToken: Cancellation);
        MintedKey key = await server.Api.MintKeyAsync(new MintKey { Name = "pattern", Permissions = ["evaluate"], Pattern = "known_*" }, null, Cancellation);
        using HttpClient http = server.Http(key.Key);
        await using Stream stream = await http.GetStreamAsync("/api/v1/stream", Cancellation);
        using var lines = new StreamReader(stream);
        await lines.ReadLineAsync(Cancellation);

        using var end = new CancellationTokenSource();
        Task<EnterResult> first = flags.TakeOverAsync("takeover_secret", cancellationToken: end.Token);
        // The others hear of it.
        await Eventually.TrueAsync(() => ((Lease)secret).TakeoverRequested.IsCancellationRequested, "the holder is told");
        Task<EnterResult> second = flags.TakeOverAsync("known_takeover", cancellationToken: end.Token);
        string? line;
        do
            line = await lines.ReadLineAsync(Cancellation).AsTask().WaitAsync(Eventually.Deadline, Cancellation);
        while (line is not null && !line.Contains("takeover", StringComparison.Ordinal));
        Assert.Equal(("event: takeover", "data: {\"features\":[\"known_takeover\"]}"), (line, await lines.ReadLineAsync(Cancellation)));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(first, second));
    }

    private FlagsClient StreamOnly() => server.Client(options => (options.TimeProvider, options.ReportUsage) = (new FakeTime(), false));

    private static Connection Of(IHost host) => host.Services.GetServices<IHostedService>().OfType<Connection>().Single();

    private async Task<IHost> StartAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddFlags(options => (options.Url, options.ApiKey, options.Timeout) = (server.Url, FlagsServer.AdminKey, Eventually.Deadline));
        builder.Services.AddHostedService(provider => new Connection(provider.GetRequiredService<FlagsClient>()));
        IHost host = builder.Build();
        await host.StartAsync(Cancellation);
        await server.IsInsideAsync("takeover_service", 1);
        return host;
    }

    private sealed class Connection(FlagsClient flags) : LeasedBackgroundService(flags, "takeover_service", new EnterOptions { Takeover = true })
    {
        private int running, calls;

        public int Running => Volatile.Read(ref running);

        public int Calls => Volatile.Read(ref calls);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Interlocked.Increment(ref calls);
            Interlocked.Increment(ref running);
            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref running);
        }
    }
}
