using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Client.Tests;

public sealed class PollTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Polling_asks_in_its_interval_give_or_take_a_fifth_and_opens_no_stream()
    {
        var time = new FakeTime();
        double drawn = 0;
        await using ScriptedServer scripted = await ScriptedServer.StartAsync();
        await using FlagsClient flags = scripted.Client(options =>
            (options.TimeProvider, options.Mode, options.PollInterval, options.Random, options.ReportUsage) = (time, FlagsMode.Poll, TimeSpan.FromMinutes(1), () => Volatile.Read(ref drawn), false));
        var pauses = new List<double>();
        for (int round = 1; round <= 3; round++)
        {
            await Eventually.TrueAsync(() => scripted.Snapshots == round && time.Pauses.Count == 1, "it pauses");
            pauses.Add(time.Pauses[0].TotalSeconds);
            Volatile.Write(ref drawn, drawn + 0.5);
            time.Advance(time.Pauses[0]);
        }

        Assert.Equal([48, 60, 72], pauses);
        Assert.Equal(0, scripted.Streams);
        Assert.False(flags.IsStale);
        await Eventually.TrueAsync(() => scripted.Snapshots == 4 && time.Pauses.Count == 1, "it pauses for 84 s");
        scripted.Snapshot = context => ScriptedServer.RefuseAsync(context, 503);
        await Clock.PassUntilAsync(time, () => flags.IsStale, "stale after three intervals");
        // 84, 1.5, 3, 6, 12, 24, 45 and 45 s.
        Assert.Equal(TimeSpan.FromSeconds(220.5), flags.Status.Age);
    }

    [Fact]
    public async Task Polling_follows_a_real_server_and_its_own_writes_at_once()
    {
        var time = new FakeTime();
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "poll_follows" }, null, Cancellation);
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.Mode, options.ReportUsage, options.Timeout) = (time, FlagsMode.Poll, false, TimeSpan.FromMinutes(5)));
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        Assert.False(flags.IsEnabled("poll_follows"));

        await server.Api.EnableFeatureAsync("poll_follows", null, Cancellation);
        Assert.False(flags.IsEnabled("poll_follows"));
        await Clock.PassUntilAsync(time, () => flags.IsEnabled("poll_follows"), "the next poll sees it");

        // No time passes.
        await flags.DisableAsync("poll_follows", null, Cancellation);
        Assert.False(flags.IsEnabled("poll_follows"));
    }

    [Fact]
    public async Task A_poll_that_began_before_a_write_is_repeated_at_once()
    {
        var time = new FakeTime();
        var answers = new SlowSnapshots();
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "poll_behind", Enabled = true }, null, Cancellation);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(time);
        services.AddFlags(options => (options.Url, options.ApiKey, options.Mode, options.ReportUsage, options.Timeout) = (server.Url, FlagsServer.AdminKey, FlagsMode.Poll, false, Eventually.Deadline));
        services.AddHttpClient(FlagsRegistration.HttpClientName).AddHttpMessageHandler(() => answers);
        await using ServiceProvider provider = services.BuildServiceProvider();
        FlagsClient flags = provider.GetRequiredService<FlagsClient>();
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        var old = new TaskCompletionSource();
        answers.Until = old.Task;
        await Clock.PassUntilAsync(time, () => answers.Held == 1, "the answer of the second poll is on its way");

        Task disabling = flags.DisableAsync("poll_behind", null, Cancellation);
        await Eventually.TrueAsync(() => time.Pauses.Contains(TimeSpan.FromSeconds(1)), "the write is done, and waits for a poll");
        answers.Until = Task.CompletedTask;
        old.SetResult();

        // No time passes.
        await disabling.WaitAsync(Eventually.Deadline, Cancellation);
        Assert.False(flags.IsEnabled("poll_behind"));
    }

    [Fact]
    public async Task What_did_not_change_is_not_sent_again()
    {
        var time = new FakeTime();
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using ScriptedServer scripted = await ScriptedServer.StartAsync();
        scripted.Snapshot = context =>
        {
            string tag = context.Request.Headers.IfNoneMatch.ToString();
            asked.Enqueue(tag);
            context.Response.Headers.ETag = "\"1-1\"";
            return tag == "\"1-1\"" ? NotModifiedAsync(context.Response) : ScriptedServer.SayAsync(context, ScriptedServer.Body(1, 1));
        };
        await using FlagsClient flags = scripted.Client(options => (options.TimeProvider, options.Mode, options.ReportUsage) = (time, FlagsMode.Poll, false));
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        await Clock.PassUntilAsync(time, () => asked.Count > 2, "it polls");

        Assert.Equal(["", "\"1-1\"", "\"1-1\""], asked.Take(3));
        Assert.True(flags.IsEnabled("beta"));
        Assert.Null(flags.Status.Problem);
    }

    /// <summary>Snapshots that were sent arrive later.</summary>
    private sealed class SlowSnapshots : DelegatingHandler
    {
        private volatile Task until = Task.CompletedTask;
        private int held;

        public Task Until
        {
            get => until;
            set => until = value;
        }

        public int Held => Volatile.Read(ref held);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (request.RequestUri!.AbsolutePath.EndsWith("/snapshot", StringComparison.Ordinal) && Until is { IsCompleted: false } later)
            {
                Interlocked.Increment(ref held);
                await later.WaitAsync(cancellationToken);
            }

            return response;
        }
    }

    private static Task NotModifiedAsync(Microsoft.AspNetCore.Http.HttpResponse response)
    {
        response.StatusCode = 304;
        return Task.CompletedTask;
    }
}
