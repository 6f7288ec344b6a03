using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>All workers as of one moment.</summary>
public sealed record WorkersState
{
    public static readonly WorkersState Nothing = new();

    public IReadOnlyList<WorkerInfo> Workers { get; init; } = [];

    /// <summary>When it was read, by this server's clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How far the database's clock is ahead of this server's, in whole seconds.</summary>
    public TimeSpan Ahead { get; init; }

    public static WorkersState Of(WorkerLook look, DateTimeOffset asked, DateTimeOffset at) =>
        new() { Workers = look.Workers, At = at, Ahead = look.Now is { } now ? Skew.Of(asked, now, at) : TimeSpan.Zero };

    /// <summary>A time of the database as this server's clock says it.</summary>
    public DateTimeOffset Here(DateTimeOffset time) => time - Ahead;

    public DateTimeOffset SeenAt(WorkerInfo worker) => At - TimeSpan.FromSeconds(worker.SeenSecondsAgo);

    /// <summary>Whether it looks different; heartbeats and the passing of time do not count.</summary>
    public bool IsOther(WorkersState before) => Workers.Count != before.Workers.Count
        || Workers.Zip(before.Workers).Any(pair => (pair.First with { SeenSecondsAgo = 0 }) != (pair.Second with { SeenSecondsAgo = 0 }));
}
