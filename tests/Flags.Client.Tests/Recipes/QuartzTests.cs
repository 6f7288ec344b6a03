using Flags.Core;
using Flags.Recipes;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Flags.Client.Tests;

/// <summary>The recipe of docs/recipes/quartz with a real scheduler.</summary>
public sealed class QuartzTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_are_vetoed_while_a_deploy_holds_and_deploys_wait_for_those_that_run()
    {
        await server.OpenAsync("quartz_jobs");
        await using FlagsClient flags = server.Client();
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddQuartz().BuildServiceProvider();
        IScheduler scheduler = await services.GetRequiredService<ISchedulerFactory>().GetScheduler(Cancellation);
        FlagsJobGate.Use(scheduler, flags, "quartz_jobs");
        await scheduler.Start(Cancellation);
        var work = new Work();
        await scheduler.ScheduleJob(
            JobBuilder.Create<Job>().WithIdentity("ImportOrders").UsingJobData(new JobDataMap { ["work"] = work }).Build(),
            TriggerBuilder.Create().StartNow().WithSimpleSchedule(every => every.WithInterval(TimeSpan.FromMilliseconds(50)).RepeatForever()).Build(),
            cancellationToken: Cancellation);

        await work.Started.WaitAsync(Eventually.Deadline, Cancellation);
        Assert.StartsWith("DEFAULT.ImportOrders", Assert.Single(await server.InsideAsync("quartz_jobs")).Holder, StringComparison.Ordinal);
        PlacedHold hold = await server.HoldAsync("quartz_jobs");
        Task<DrainedHold> drained = server.Api.GetDrainedAsync(hold.Id, new Duration(TimeSpan.FromSeconds(30)), Cancellation);
        Assert.False(drained.IsCompleted);
        work.Finish.Release();
        Assert.Equal((1, 0), ((await drained).Left, (await drained).Expired));

        int runs = work.Runs;
        await Task.Delay(TimeSpan.FromMilliseconds(300), Cancellation);
        Assert.Equal(runs, work.Runs);
        await server.ReleaseAsync(hold);
        // More than it can run.
        work.Finish.Release(1_000_000);
        await Eventually.TrueAsync(() => work.Runs > runs, "jobs run again");
        await scheduler.Shutdown(waitForJobsToComplete: true, Cancellation);
        Assert.Empty(await server.InsideAsync("quartz_jobs"));
    }

    public sealed class Work
    {
        private int runs;

        public SemaphoreSlim Finish { get; } = new(0);

        public SemaphoreSlim Begun { get; } = new(0);

        public Task Started => Begun.WaitAsync();

        public int Runs => Volatile.Read(ref runs);

        public void Count() => Interlocked.Increment(ref runs);
    }

    [DisallowConcurrentExecution]
    public sealed class Job : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            var work = (Work)context.MergedJobDataMap["work"]!;
            work.Count();
            work.Begun.Release();
            await work.Finish.WaitAsync(cancellationToken);
        }
    }
}
