using Flags.Client;
using Microsoft.FeatureManagement;

namespace Flags.SampleWeb;

/// <summary>A worker that looks before each piece of work. (A job that a deploy must wait for enters under a lease instead.)</summary>
public sealed class Worker(FlagsClient flags, IFeatureManager features) : BackgroundService
{
    /// <summary>How many pieces were done.</summary>
    public int Done => Volatile.Read(ref done);

    private int done;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            // Asleep until the change itself wakes it.
            await flags.WaitUntilEnabledAsync("sample_worker", Timeout.InfiniteTimeSpan, stoppingToken);
            if (await features.IsEnabledAsync("sample_worker"))
                Interlocked.Increment(ref done);
            await Task.Delay(TimeSpan.FromMilliseconds(2), stoppingToken);
        }
    }
}
