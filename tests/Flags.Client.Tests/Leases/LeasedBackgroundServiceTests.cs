using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flags.Client.Tests;

public sealed class LeasedBackgroundServiceTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_makes_way_for_a_deploy_and_goes_on_after_it()
    {
        await server.OpenAsync("service_loop");
        using IHost host = Host(provider => new Loop(provider.GetRequiredService<FlagsClient>(), "service_loop"));
        await host.StartAsync(Cancellation);
        Loop loop = host.Services.GetServices<IHostedService>().OfType<Loop>().Single();
        await Eventually.TrueAsync(() => loop.Running == 1, "it works");
        Assert.StartsWith("Loop on ", Assert.Single(await server.InsideAsync("service_loop")).Holder, StringComparison.Ordinal);

        PlacedHold hold = await server.HoldAsync("service_loop");
        await server.Api.GetDrainedAsync(hold.Id, new Duration(TimeSpan.FromSeconds(30)), Cancellation);
        Assert.Equal(0, loop.Running);
        await server.ReleaseAsync(hold);

        await Eventually.TrueAsync(() => loop.Running == 1, "it works again");
        Assert.Equal(2, loop.Calls);
        await host.StopAsync(Cancellation);
        Assert.Empty(await server.InsideAsync("service_loop"));
    }

    [Fact]
    public async Task Work_that_ends_by_itself_is_let_finish_and_done_once()
    {
        await server.OpenAsync("service_once");
        using IHost host = Host(provider => new Once(provider.GetRequiredService<FlagsClient>(), "service_once"));
        await host.StartAsync(Cancellation);
        Once once = host.Services.GetServices<IHostedService>().OfType<Once>().Single();
        await server.IsInsideAsync("service_once", 1);

        PlacedHold hold = await server.HoldAsync("service_once");
        await Eventually.TrueAsync(() => once.Sees?.Closing.IsCancellationRequested == true, "it sees that a deploy waits");
        Assert.False(once.Told, "it was interrupted");
        once.Finish.SetResult();

        DrainedHold drained = await server.Api.GetDrainedAsync(hold.Id, new Duration(TimeSpan.FromSeconds(30)), Cancellation);
        Assert.Equal((1, 0), (drained.Left, drained.Expired));
        await server.ReleaseAsync(hold);
        await once.ExecuteTask!.WaitAsync(Eventually.Deadline, Cancellation);
        Assert.Equal(1, once.Calls);
    }

    [Fact]
    public async Task A_failure_ends_the_host_as_with_any_background_service()
    {
        await server.OpenAsync("service_fails");
        using IHost host = Host(provider => new Failing(provider.GetRequiredService<FlagsClient>(), "service_fails"));
        await host.StartAsync(Cancellation);

        await host.WaitForShutdownAsync(Cancellation).WaitAsync(Eventually.Deadline, Cancellation);

        Assert.Empty(await server.InsideAsync("service_fails"));
    }

    private IHost Host<T>(Func<IServiceProvider, T> service)
        where T : class, IHostedService
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddFlags(options => (options.Url, options.ApiKey, options.Timeout) = (server.Url, FlagsServer.AdminKey, Eventually.Deadline));
        builder.Services.AddHostedService(service);
        return builder.Build();
    }

    private sealed class Loop(FlagsClient flags, string feature) : LeasedBackgroundService(flags, feature)
    {
        private int running;
        private int calls;

        public int Running => Volatile.Read(ref running);

        public int Calls => Volatile.Read(ref calls);

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Interlocked.Increment(ref calls);
            Interlocked.Increment(ref running);
            try
            {
                await Task.Delay(Timeout.Infinite, stoppingToken);
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }
    }

    private sealed class Once(FlagsClient flags, string feature) : LeasedBackgroundService(flags, feature)
    {
        public TaskCompletionSource Finish { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Lease? Sees { get; private set; }

        public bool Told { get; private set; }

        public int Calls { get; private set; }

        protected override bool FinishesBeforeDeploys => true;

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Calls++;
            Sees = Lease;
            await using CancellationTokenRegistration told = stoppingToken.Register(() => Told = true);
            await Finish.Task;
        }
    }

    private sealed class Failing(FlagsClient flags, string feature) : LeasedBackgroundService(flags, feature)
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => throw new InvalidOperationException("the job fails");
    }
}
