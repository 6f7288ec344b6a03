using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Flags.Client.Tests;

/// <summary>What a client tells about itself: usage to the server, health, meters and activities to the app.</summary>
public sealed class ReportingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Checks_are_counted_in_batches_and_none_is_lost_or_told_twice_when_the_server_fails()
    {
        var time = new FakeTime();
        var told = new ConcurrentQueue<UsageReport>();
        int reports = 0;
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        server.Usage = async context =>
        {
            UsageReport report = (await JsonSerializer.DeserializeAsync(context.Request.Body, FlagsJson.Relaxed.UsageReport, Cancellation))!;
            if (Interlocked.Increment(ref reports) == 1)
            {
                await ScriptedServer.RefuseAsync(context, 503);
                return;
            }

            told.Enqueue(report);
            context.Response.StatusCode = 204;
        };
        await using (FlagsClient flags = server.Client(options => (options.TimeProvider, options.Mode) = (time, FlagsMode.Poll)))
        {
            Assert.True(await flags.IsEnabledAsync("beta", null, Cancellation));
            for (int i = 0; i < 9; i++)
                flags.IsEnabled("beta", "User;1");
            await Clock.AdvanceUntilAsync(time, () => told.Count == 1, "told at the second try");
            flags.Feature("beta").IsEnabled();
        }

        Assert.Equal([10, 1], told.Select(report => Assert.Single(report.Counts)).Select(count => count.On));
        Assert.All(told, report => Assert.Equal(("beta", 0), (report.Counts[0].Feature, report.Counts[0].Off)));
    }

    [Fact]
    public async Task Health_is_healthy_degraded_with_what_was_known_and_unhealthy_without()
    {
        var time = new FakeTime();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        var gone = new TaskCompletionSource();
        server.Stream = async context =>
        {
            await ScriptedServer.EventsAsync(context, TimeSpan.Zero, ScriptedServer.Ping);
            await gone.Task;
        };
        await using FlagsClient flags = server.Client(options => (options.TimeProvider, options.ReportUsage, options.Random) = (time, false, () => 0.9)), never = FlagsClient.Create(options => (options.Url, options.ApiKey) = (Listener.Refusing(), "flg_key"));
        Assert.True(await flags.WaitUntilReadyAsync(Eventually.Deadline, Cancellation));

        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(flags)).Status);
        await Eventually.TrueAsync(() => server.OpenStreams == 1, "it streams");
        server.Snapshot = server.Stream = context => ScriptedServer.RefuseAsync(context, 503);
        gone.SetResult();
        await Clock.PassUntilAsync(time, () => flags.IsStale && flags.Status.Problem?.Contains("Not now.", StringComparison.Ordinal) == true, "the server is gone");
        HealthCheckResult degraded = await HealthAsync(flags), unhealthy = await HealthAsync(never);

        Assert.Equal((HealthStatus.Degraded, HealthStatus.Unhealthy), (degraded.Status, unhealthy.Status));
        Assert.Contains("Not now.", degraded.Description, StringComparison.Ordinal);
        Assert.Equal(1L, degraded.Data["version"]);
        Assert.Contains("all are off", unhealthy.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Meters_and_activities_have_the_name_Flags_Client()
    {
        var measured = new ConcurrentDictionary<string, double>();
        var activities = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Flags.Client",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => activities.Enqueue(activity.OperationName),
        };
        ActivitySource.AddActivityListener(listener);
        using var meters = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == "Flags.Client") self.EnableMeasurementEvents(instrument); } };
        meters.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured.AddOrUpdate(instrument.Name, value, (_, before) => before + value));
        meters.SetMeasurementEventCallback<int>((instrument, value, _, _) => measured.AddOrUpdate(instrument.Name, value, (_, before) => before + value));
        meters.SetMeasurementEventCallback<double>((instrument, value, _, _) => measured[instrument.Name] = value);
        meters.Start();
        await using ScriptedServer server = await ScriptedServer.StartAsync();
        await using FlagsClient flags = server.Client();
        Assert.True(await flags.WaitUntilEnabledAsync("beta", Eventually.Deadline, Cancellation));
        await Eventually.TrueAsync(() => server.Streams > 0, "it has connected");
        meters.RecordObservableInstruments();

        string[] names = ["flags.client.checks", "flags.client.connects", "flags.client.snapshot.age", "flags.client.snapshot.version", "flags.client.stale"];
        Assert.Empty(names.Except(measured.Keys));
        Assert.True(measured["flags.client.checks"] >= 1);
        string[] done = ["flags snapshot", "flags stream", "flags wait"];
        await Eventually.TrueAsync(() => !done.Except(activities).Any(), "the activities ended");
    }

    private static Task<HealthCheckResult> HealthAsync(FlagsClient flags) => new FlagsHealthCheck(flags).CheckHealthAsync(new HealthCheckContext(), Cancellation);
}
