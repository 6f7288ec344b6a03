using Flags.Client;

namespace Flags.SampleWorker;

/// <summary>One job, which is let finish.</summary>
internal sealed class Job(FlagsClient flags, string feature, Func<CancellationToken, Task> work) : LeasedBackgroundService(flags, feature)
{
    protected override bool FinishesBeforeDeploys => true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Console.WriteLine("begun");
        await work(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine(stoppingToken.IsCancellationRequested ? "cut" : "done");
    }
}
