namespace Flags.Checker;

/// <summary>What a call answered.</summary>
public readonly record struct Answer(string Outcome, long Token = 0, double ExpiresInSeconds = 0)
{
    public long Count { get; init; }

    public int Attempt { get; init; }

    public string? Result { get; init; }

    public string? State { get; init; }

    public string? Instruction { get; init; }

    /// <summary>Microseconds of the database's clock.</summary>
    public long? At { get; init; }
}

/// <summary>Who wants to enter what.</summary>
public sealed record Entry(string Feature, Guid Id, TimeSpan Ttl)
{
    public Guid? Parent { get; init; }

    /// <summary>Whether it asks the one inside for its slot.</summary>
    public bool Takeover { get; init; }

    /// <summary>Null does not wait.</summary>
    public TimeSpan? Wait { get; init; }
}

/// <summary>A way to the system: its functions, or its REST routes. An outage is an exception of <see cref="IsOutage"/>, all else an answer.</summary>
public abstract partial class Door : IAsyncDisposable
{
    public abstract Task CreateAsync(string feature, int? limit);

    public abstract Task<Answer> EnterAsync(Entry entry);

    public abstract Task<Answer> RenewAsync(Guid id, long token, TimeSpan ttl);

    public abstract Task<Answer> LeaveAsync(Guid id, long token);

    public abstract Task<Answer> PlaceAsync(Guid id, IReadOnlyList<string> features, TimeSpan ttl);

    public abstract Task<Answer> ExtendAsync(Guid id, long token, TimeSpan ttl);

    public abstract Task<Answer> DrainAsync(Guid id, TimeSpan? wait);

    public abstract Task<Answer> ReleaseAsync(Guid id);

    public abstract Task<Answer> RevokeAsync(Guid id);

    public abstract Task<Answer> SwitchAsync(string feature, bool on);

    public abstract Task<Answer> SettleAsync(string feature);

    public abstract Task<Answer> WaiveAsync();

    /// <summary>Whether the call may or may not have taken effect.</summary>
    public abstract bool IsOutage(Exception failure);

    public abstract ValueTask DisposeAsync();

    protected static long Micros(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
