namespace Flags.Testing;

/// <summary>Time that moves only when a test says so: one clock that nobody can set, one on the wall that jumps, and the timers between.</summary>
public sealed class FakeTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private DateTimeOffset wall = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private long now = TimeSpan.TicksPerDay;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>What is left of the running delays, the shortest first; time limits of calls are not among them.</summary>
    public IReadOnlyList<TimeSpan> Pauses
    {
        get
        {
            lock (gate)
                return [.. timers.Where(timer => timer.IsDelay).Select(timer => new TimeSpan(timer.Due - now)).Order()];
        }
    }

    /// <summary>What is left of the time limits of calls and streams, the shortest first.</summary>
    public IReadOnlyList<TimeSpan> Limits
    {
        get
        {
            lock (gate)
                return [.. timers.Where(timer => !timer.IsDelay).Select(timer => new TimeSpan(timer.Due - now)).Order()];
        }
    }

    public override long GetTimestamp() => Interlocked.Read(ref now);

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return wall;
    }

    /// <summary>Somebody sets the clock on the wall; nothing else passes.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (gate)
            wall += by;
    }

    /// <summary>Lets time pass, and fires what becomes due in its order.</summary>
    public void Advance(TimeSpan by)
    {
        long until = GetTimestamp() + by.Ticks;
        while (NextDue(until) is { } timer)
            timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state)) { IsDelay = state is Task };
        timer.Change(dueTime, period);
        return timer;
    }

    private Timer? NextDue(long until)
    {
        lock (gate)
        {
            Timer? next = timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
            long then = Math.Max(next?.Due ?? until, now);
            wall += new TimeSpan(then - now);
            now = then;
            next?.Rearm();
            return next;
        }
    }

    private sealed class Timer(FakeTime time, Action fire) : ITimer
    {
        private TimeSpan every;

        public required bool IsDelay { get; init; }

        public long Due { get; private set; }

        public void Fire() => fire();

        public void Rearm()
        {
            if (every > TimeSpan.Zero)
                Due += every.Ticks;
            else
                time.timers.Remove(this);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
                (Due, every) = (time.now + dueTime.Ticks, period);
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
