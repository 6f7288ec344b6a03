namespace Flags.Client;

/// <summary>When the server was last heard, counted by a clock that nobody can set, and why not since.</summary>
internal sealed class Contact(SnapshotHolder holder, FlagsOptions options)
{
    // Timestamp of the last word that the snapshot is current; 0 when there was none.
    private long heard;
    private Exception? failure;

    /// <summary>Since the server last said that the snapshot is current; null when it never did.</summary>
    public TimeSpan? Age => Volatile.Read(ref heard) is not 0 and var at ? options.TimeProvider.GetElapsedTime(at) : null;

    public bool IsStale => Age is not { } age || age > options.Staleness;

    /// <summary>Why there is no contact; null while there is.</summary>
    public Exception? Failure => Volatile.Read(ref failure);

    /// <summary>The refusal of the key, which waiting does not cure; null without one.</summary>
    public FlagsProblemException? Refusal => Failure is FlagsProblemException { Problem.Status: 401 or 403 } refused ? refused : null;

    /// <summary>The snapshot is current.</summary>
    /// <returns>What had failed before; null when nothing had.</returns>
    public Exception? Confirm()
    {
        bool wasStale = IsStale;
        long now = options.TimeProvider.GetTimestamp();
        Volatile.Write(ref heard, now == 0 ? 1 : now);
        Exception? before = Interlocked.Exchange(ref failure, null);
        if (wasStale || before is not null)
            holder.Signal();
        return before;
    }

    /// <summary>As if the server had never been heard.</summary>
    public void Forget()
    {
        Volatile.Write(ref heard, 0);
        holder.Signal();
    }

    /// <summary>The server was not reached, or said nothing usable.</summary>
    /// <returns>Whether it is the first failure since the last contact. The caller wakes who waits, after saying so.</returns>
    public bool Fail(Exception why)
    {
        Exception? before = Interlocked.Exchange(ref failure, why);
        return before is null || (before is FlagsProblemException) != (why is FlagsProblemException);
    }
}
