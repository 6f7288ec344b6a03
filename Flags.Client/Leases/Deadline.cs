using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>
/// Until when the server cannot have forgotten a lease or a hold, by the monotonic clock, counted from before the request was sent. Once over
/// it never comes back, however late the news.
/// </summary>
internal sealed partial class Deadline : IDisposable
{
    private readonly object gate = new();
    private readonly CancellationTokenSource lost = new();
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string what;
    private readonly ITimer timer;
    private readonly long sent;
    private long end;
    private bool over;

    /// <param name="what">For messages: <c>The lease on jobs_processing</c>.</param>
    /// <param name="sent">The timestamp from before the request was sent.</param>
    /// <param name="life">What the answer said is left of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told the loss.</param>
    public Deadline(string what, long sent, TimeSpan life, TimeProvider time, ILogger logger)
    {
        (this.what, this.sent, this.time, this.logger) = (what, sent, time, logger);
        end = End(sent, life);
        timer = time.CreateTimer(static self => ((Deadline)self!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(Positive(Remaining), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Fires when it is over otherwise than by <see cref="Finish"/>.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>Why it is over; null while it is not, and after <see cref="Finish"/>.</summary>
    public string? Why { get; private set; }

    /// <summary>What is left; negative when nothing is.</summary>
    public TimeSpan Remaining => TimeSpan.FromSeconds((Volatile.Read(ref end) - time.GetTimestamp()) / (double)time.TimestampFrequency);

    /// <summary>What is left of a time that began before the request was sent, as the life did; not negative.</summary>
    public TimeSpan LeftOf(TimeSpan span) => Positive(span - time.GetElapsedTime(sent));

    /// <summary>Whether it still counts, by the clock and not by a timer that a paused process is late to hear.</summary>
    public bool IsLive
    {
        get
        {
            Look();
            return !over;
        }
    }

    /// <summary>A renewal was answered; nothing happens when that is too late.</summary>
    public void Extend(long sent, TimeSpan life)
    {
        lock (gate)
        {
            if (over || time.GetTimestamp() >= end)
                return;
            end = Math.Max(end, End(sent, life));
            timer.Change(Positive(Remaining), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The server said that it is over.</summary>
    public void Lose(string why)
    {
        lock (gate)
        {
            if (over)
                return;
            (over, Why) = (true, why);
        }

        timer.Dispose();
        LogLost(what, why);
        // The callbacks are somebody else's: on another thread, and what they throw is not for whoever renews.
        _ = lost.CancelAsync().ContinueWith(failed => LogCallback(failed.Exception!, what), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>It was given back. False when it was over before.</summary>
    public bool Finish()
    {
        Look();
        lock (gate)
        {
            if (over)
                return false;
            over = true;
        }

        timer.Dispose();
        return true;
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        TimeSpan left;
        lock (gate)
        {
            if (over)
                return;
            left = Remaining;
            if (left > TimeSpan.Zero)
            {
                timer.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Lose("no renewal was answered in time");
    }

    /// <summary>Earlier than the server's end, for the difference of two clocks and for what the owner needs to stop.</summary>
    private long End(long sent, TimeSpan life)
    {
        double margin = Math.Max(Math.Min(1, life.TotalSeconds / 4), life.TotalSeconds / 50);
        return sent + (long)((life.TotalSeconds - margin) * time.TimestampFrequency);
    }

    private static TimeSpan Positive(TimeSpan left) => left > TimeSpan.Zero ? left : TimeSpan.Zero;

    [LoggerMessage(130, LogLevel.Error, "{What} is lost: {Why}.")]
    private partial void LogLost(string what, string why);

    [LoggerMessage(131, LogLevel.Error, "What was registered for the loss of {What} failed.")]
    private partial void LogCallback(Exception exception, string what);
}
