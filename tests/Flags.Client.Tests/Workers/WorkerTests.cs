using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Flags.Client.Tests;

public sealed class WorkerTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_that_is_told_to_be_quiet_takes_no_new_jobs_and_one_that_is_told_to_terminate_ends()
    {
        await server.OpenAsync("worker_told");
        using IHost host = Host("worker_told", services => services.AddHostedService(provider => new Waits(provider.GetRequiredService<FlagsClient>(), "worker_told")));
        await host.StartAsync(Cancellation);
        FlagsWorker worker = host.Services.GetRequiredService<FlagsWorker>();
        Waits service = host.Services.GetServices<IHostedService>().OfType<Waits>().Single();
        // The job itself: the server knows of it before its process does.
        await Eventually.TrueAsync(() => service.Calls == 1, "the job runs");
        await server.IsInsideAsync("worker_told", 1);
        await server.Api.GetReadyWorkersAsync("worker_told", "v1", 1, new Duration(TimeSpan.FromSeconds(30)), Cancellation);
        Assert.Equal((HealthStatus.Healthy, WorkerState.Ready, false), (await HealthAsync(host), worker.State, worker.IsQuiet));

        await server.Api.QuietWorkersAsync(new InstructWorkers { Role = "worker_told" }, null, Cancellation);
        await Eventually.TrueAsync(() => worker.Quiet.IsCancellationRequested, "it is quiet");
        await server.IsInsideAsync("worker_told", 0);
        await StateAsync("worker_told", "quiet");
        Assert.Equal((HealthStatus.Unhealthy, WorkerState.Quiet, true), (await HealthAsync(host), worker.State, worker.IsQuiet));
        await service.ExecuteTask!.WaitAsync(Eventually.Deadline, Cancellation);
        Assert.Equal(1, service.Calls);
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested, "quiet is not the end");

        Task ended = host.WaitForShutdownAsync(Cancellation);
        await server.Api.TerminateWorkersAsync(new InstructWorkers { Role = "worker_told" }, null, Cancellation);
        await ended.WaitAsync(Eventually.Deadline, Cancellation);
        await StateAsync("worker_told", "stopped");
    }

    [Fact]
    public async Task A_worker_is_ready_when_what_it_waits_for_is_done()
    {
        var warm = new TaskCompletionSource();
        using IHost host = Host("worker_warm", null, options => options.ReadyWhen = ends => warm.Task.WaitAsync(ends));
        await host.StartAsync(Cancellation);
        await StateAsync("worker_warm", "starting");
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync(host));

        warm.SetResult();
        await StateAsync("worker_warm", "ready");
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_worker_stays_what_it_is_while_the_server_is_away_and_is_heard_again()
    {
        string file = Path.Combine(Path.GetTempPath(), $"flags-ready-{Guid.NewGuid():N}");
        var lines = new LogLines();
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        using IHost host = Host("worker_away", services => services.AddSingleton(lines.Factory()), options => options.ReadyFile = file, proxy.Url);
        await host.StartAsync(Cancellation);
        await StateAsync("worker_away", "ready");
        proxy.Refusing = true;
        proxy.ResetAll();
        await Eventually.TrueAsync(() => lines.All.Any(line => line.Id.Id == 163), "it notices");
        DateTime touched = File.GetLastWriteTimeUtc(file);
        await Eventually.TrueAsync(() => File.GetLastWriteTimeUtc(file) > touched, "its file is touched all the same");
        Assert.Equal((WorkerState.Ready, HealthStatus.Healthy), (host.Services.GetRequiredService<FlagsWorker>().State, await HealthAsync(host)));

        proxy.Refusing = false;
        await Eventually.TrueAsync(() => lines.All.Any(line => line.Id.Id == 164), "it is heard again");
        Assert.Single(lines.All, line => line.Id.Id == 163);
        await host.StopAsync(Cancellation);
        Assert.False(File.Exists(file));
        await StateAsync("worker_away", "stopped");
    }

    [Fact]
    public async Task A_slow_answer_is_no_silence_and_does_not_age_the_ready_file()
    {
        string file = Path.Combine(Path.GetTempPath(), $"flags-ready-{Guid.NewGuid():N}");
        var time = new FakeTime();
        var lines = new LogLines();
        await using FaultProxy proxy = FaultProxy.To(new Uri(server.Url));
        using IHost host = Host("worker_slow", services =>
        {
            services.AddSingleton<TimeProvider>(time).AddSingleton(lines.Factory());
            services.AddFlags(options => options.Timeout = TimeSpan.FromMinutes(5));
        }, options => options.ReadyFile = file, proxy.Url);
        await host.StartAsync(Cancellation);
        await StateAsync("worker_slow", "ready");
        var answered = new TaskCompletionSource();
        proxy.Fault = Fault.Until(answered.Task);

        DateTime until = time.GetUtcNow().UtcDateTime.AddSeconds(4);
        await Clock.PassUntilAsync(time, () => File.GetLastWriteTimeUtc(file) >= until, "it is touched while the server is asked", planned: pause => pause <= TimeSpan.FromSeconds(0.2));

        Assert.DoesNotContain(lines.All, line => line.Id.Id == 163);
        proxy.Fault = Fault.None;
        answered.SetResult();
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_job_that_is_too_long_is_cancelled_in_time_to_leave()
    {
        var time = new FakeTime();
        await server.OpenAsync("worker_cut");
        using IHost host = Host("worker_cut", services => services.AddSingleton<TimeProvider>(time).AddHostedService(provider => new Obeys(provider.GetRequiredService<FlagsClient>(), "worker_cut")));
        await host.StartAsync(Cancellation);
        await host.Services.GetServices<IHostedService>().OfType<Obeys>().Single().Begun.WaitAsync(Eventually.Deadline, Cancellation);

        Task stopping = host.StopAsync(Cancellation);
        // Two seconds before the end of thirty.
        await Eventually.TrueAsync(() => time.Pauses.Any(pause => pause > TimeSpan.FromSeconds(27) && pause <= TimeSpan.FromSeconds(28)), "it waits for the job");
        Assert.Single(await server.InsideAsync("worker_cut"));
        time.Advance(TimeSpan.FromSeconds(28));

        await stopping.WaitAsync(Eventually.Deadline, Cancellation);
        Assert.Empty(await server.InsideAsync("worker_cut"));
        await StateAsync("worker_cut", "stopped");
    }

    [Fact]
    public async Task Claims_that_run_are_let_finish_when_the_worker_stops()
    {
        using IHost host = Host("worker_claims");
        await host.StartAsync(Cancellation);
        await using Claim claim = (await host.Services.GetRequiredService<FlagsClient>().ClaimAsync("worker_claims", cancellationToken: Cancellation)).EnsureClaimed();
        Task stopping = host.StopAsync(Cancellation);
        await StateAsync("worker_claims", "quiet");
        Assert.False(stopping.IsCompleted);

        await claim.CompleteAsync("sent");
        await stopping.WaitAsync(Eventually.Deadline, Cancellation);
        await StateAsync("worker_claims", "stopped");
    }

    [Theory]
    [InlineData("Role")]
    [InlineData("Heartbeat")]
    [InlineData("ReadyFile")]
    public async Task A_host_refuses_to_start_when_an_option_is_wrong(string option)
    {
        using IHost host = Host("worker_wrong", null, options =>
        {
            options.Role = option == "Role" ? "" : options.Role;
            options.Heartbeat = option == "Heartbeat" ? TimeSpan.FromMinutes(1) : options.Heartbeat;
            options.ReadyFile = option == "ReadyFile" ? "/nowhere/ready" : null;
        });
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));
        Assert.Contains($"FlagsWorkerOptions.{option}", refused.Message, StringComparison.Ordinal);
    }

    private IHost Host(string role, Action<IServiceCollection>? more = null, Action<FlagsWorkerOptions>? configure = null, string? url = null)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddFlags(options => (options.Url, options.ApiKey, options.Timeout) = (url ?? server.Url, FlagsServer.AdminKey, Eventually.Deadline));
        builder.Services.AddFlagsWorker(options =>
        {
            // The last word is timed by the machine's clock: a slow answer is none that was not given.
            (options.Role, options.Version, options.Heartbeat, options.LastWord) = (role, "v1", TimeSpan.FromSeconds(0.2), Eventually.Deadline);
            configure?.Invoke(options);
        });
        builder.Services.AddHealthChecks().AddFlagsWorker();
        more?.Invoke(builder.Services);
        return builder.Build();
    }

    private static async Task<HealthStatus> HealthAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "flags-worker", Cancellation)).Status;

    private Task StateAsync(string role, string state) =>
        Eventually.TrueAsync(async () => (await server.Api.ListWorkersAsync(role, null, Cancellation)).Workers is [var only] && only.State == state, $"{role} is {state}");

    /// <summary>A job that only its token ends.</summary>
    private sealed class Obeys(FlagsClient flags, string feature) : LeasedBackgroundService(flags, feature)
    {
        private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => begun.Task;

        protected override bool FinishesBeforeDeploys => true;

        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            begun.TrySetResult();
            return Task.Delay(Timeout.Infinite, stoppingToken);
        }
    }

    private sealed class Waits(FlagsClient flags, string feature) : LeasedBackgroundService(flags, feature)
    {
        private int calls;

        public int Calls => Volatile.Read(ref calls);

        protected override Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Interlocked.Increment(ref calls);
            return Task.Delay(Timeout.Infinite, stoppingToken);
        }
    }
}
