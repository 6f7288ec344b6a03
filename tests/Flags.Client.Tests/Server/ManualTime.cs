namespace Flags.Client.Tests;

/// <summary>Time that moves only when a test says so, and tells when somebody waits.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>What is left of the running delays; time limits of calls are not among them.</summary>
    public IReadOnlyList<TimeSpan> Pauses
    {
        get
        {
            lock (gate)
                return [.. timers.Where(timer => timer.IsDelay).Select(timer => new TimeSpan(timer.Due - now)).Order()];
        }
    }

    public override long GetTimestamp() => Interlocked.Read(ref now);

    public void Advance(TimeSpan by)
    {
        Timer[] due;
        lock (gate)
        {
            now += by.Ticks;
            due = [.. timers.Where(timer => timer.Due <= now)];
            timers.RemoveAll(due.Contains);
        }

        foreach (Timer timer in due)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state)) { IsDelay = state is Task };
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(ManualTime time, Action fire) : ITimer
    {
        public required bool IsDelay { get; init; }

        public long Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
                Due = time.now + dueTime.Ticks;
                if (dueTime >= TimeSpan.Zero)
                    time.timers.Add(this);
            }

            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
                time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
