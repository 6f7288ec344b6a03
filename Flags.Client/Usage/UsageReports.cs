using Flags.Core;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>Tells the server how often features were asked: in batches, now and then, and once at the end. What was not taken is told again.</summary>
internal sealed partial class UsageReports(IFlagsApi api, SnapshotHolder holder, FlagsOptions options, ClientMeter meter, ILogger logger)
{
    // 256 KiB is the most a body may have.
    private const int Batch = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10), AtTheEnd = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (long On, long Off)> told = new(StringComparer.Ordinal);
    private bool failing;

    public async Task RunAsync(CancellationToken ends)
    {
        // A report on its way when the client ends may still arrive: cancelled, nobody would know whether it did.
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.TimeProvider);
        using CancellationTokenRegistration hurry = ends.Register(() => late.CancelAfter(AtTheEnd));
        // The first report early: many processes live for seconds only.
        for (TimeSpan pause = Interval / 5; !ends.IsCancellationRequested; pause = Interval)
        {
            await Task.Delay(pause * (0.8 + (0.4 * options.Random())), options.TimeProvider, ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ends.IsCancellationRequested)
                await ReportAsync(late.Token).ConfigureAwait(false);
        }

        if (!failing && holder.IsFromServer)
            await ReportAsync(late.Token).ConfigureAwait(false);
    }

    private async Task ReportAsync(CancellationToken late)
    {
        foreach (UsageCount[] batch in News().Chunk(Batch))
        {
            try
            {
                await api.ReportUsageAsync(new UsageReport(batch), late).ConfigureAwait(false);
                failing = false;
            }
            catch (Exception failure) when (failure is FlagsUnavailableException or FlagsProblemException or OperationCanceledException or ObjectDisposedException)
            {
                if (!failing && failure is (FlagsUnavailableException or FlagsProblemException))
                    LogFailed(failure.Message);
                failing = true;
                meter.UsageFailures.Add(1);
                return;
            }

            foreach (UsageCount count in batch)
            {
                (long on, long off) = told.GetValueOrDefault(count.Feature);
                told[count.Feature] = (on + count.On, off + count.Off);
            }
        }
    }

    private IEnumerable<UsageCount> News()
    {
        foreach ((string feature, CheckCounter counter) in holder.Counters())
        {
            (long on, long off) = counter.Total;
            (long toldOn, long toldOff) = told.GetValueOrDefault(feature);
            if (on > toldOn || off > toldOff)
                // Counted without a lock: one of the two may have gone back, and the server refuses a batch with a negative number.
                yield return new UsageCount(feature, Math.Max(0, on - toldOn), Math.Max(0, off - toldOff));
        }
    }

    [LoggerMessage(140, LogLevel.Debug, "How often features were asked is told later: {Problem}")]
    private partial void LogFailed(string problem);
}
