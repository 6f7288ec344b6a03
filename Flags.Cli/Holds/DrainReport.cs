using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary>Says who is still inside: a line whenever one has left, a bar on a terminal.</summary>
internal sealed class DrainReport(Reporter reporter, string features, TimeProvider time) : IProgress<DrainProgress>, IDisposable
{
    private const int Bar = 20, Named = 3;

    private IDisposable? live;
    private int said = -1;
    private volatile DrainProgress? now;

    public void Report(DrainProgress value)
    {
        // The last one has left between the answer and its list: the next answer says so.
        if (value is { Inside.Count: 0, Total: > 0 })
            return;
        now = value;
        live ??= reporter.Live(Line);
        if (said == value.Inside.Count)
            return;
        said = value.Inside.Count;
        if (!reporter.IsLive)
        {
            reporter.Say("draining", $"Draining {features}: {value.Left} of {value.Total} have left; inside: {Names(value)}.", ("left", value.Left), ("total", value.Total),
                ("inside", said), ("waitedSeconds", value.Waited.TotalSeconds));
        }
    }

    public void Done(int left, int expired)
    {
        live?.Dispose();
        reporter.Say("drained", $"Drained {features}: nobody is inside.", ("left", left), ("expired", expired));
        if (expired > 0)
            reporter.Warn("expired", $"{expired} of them did not leave, their leases ran out: they were killed or paused, and one that was paused may wake up.", ("expired", expired));
    }

    public void Dispose() => live?.Dispose();

    private string Line()
    {
        DrainProgress seen = now!;
        int filled = seen.Total == 0 ? Bar : Bar * seen.Left / seen.Total;
        return $"draining {features} [{new string('#', filled)}{new string('-', Bar - filled)}] {seen.Left} of {seen.Total} left, {Names(seen)}";
    }

    private string Names(DrainProgress seen)
    {
        IEnumerable<string> names = seen.Inside.Take(Named).Select(lease => $"{lease.Holder} ({Text.Of(Since(lease))})");
        return string.Join(", ", names) + (seen.Inside.Count > Named ? $" and {seen.Inside.Count - Named} more" : "");
    }

    private TimeSpan Since(LeaseInfo lease) => time.GetUtcNow() - lease.Since is { Ticks: > 0 } inside ? inside : TimeSpan.Zero;
}
