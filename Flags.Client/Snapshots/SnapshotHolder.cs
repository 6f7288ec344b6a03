using System.Diagnostics.CodeAnalysis;
using Flags.Core;

namespace Flags.Client;

/// <summary>
/// The snapshot that checks read, and the rules by which it moves: never back within a generation, a larger generation replaces, a smaller one
/// is ignored. Writers take turns; readers never wait.
/// </summary>
internal sealed class SnapshotHolder(TimeProvider time)
{
    private readonly object gate = new();
    private readonly Dictionary<string, ReceivedFeature> received = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CheckCounter> counters = new(StringComparer.Ordinal);
    private Snapshot current = Snapshot.Empty;
    private TaskCompletionSource moved = NewSignal();
    private bool fromServer;

    public Snapshot Current => Volatile.Read(ref current);

    public Position Position => Of(Current);

    /// <summary>Whether there is anything to check, be it from the disk.</summary>
    public bool HasSnapshot => !ReferenceEquals(Current, Snapshot.Empty);

    /// <summary>Whether the server gave this snapshot; one from the disk may be that of other permissions.</summary>
    public bool IsFromServer => Volatile.Read(ref fromServer);

    /// <summary>Done at the next change. Take it before looking, then wait for it.</summary>
    public Task Moved => Volatile.Read(ref moved).Task;

    /// <summary>A whole snapshot. False when it is older than what is here.</summary>
    public bool Take(SnapshotBody body)
    {
        lock (gate)
        {
            var position = new Position(body.Generation, body.Version);
            if (position < Position)
                return false;
            Replace(body, time.GetTimestamp());
            fromServer = true;
        }

        Signal();
        return true;
    }

    /// <summary>A snapshot from the disk, before anything else is here; holds are as old as the file.</summary>
    public void Restore(SnapshotBody body, TimeSpan age)
    {
        lock (gate)
        {
            Replace(body, time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency));
            EndOverdueHolds();
        }
    }

    /// <summary>The next change of this generation; one that was seen before changes nothing.</summary>
    public void Apply(ChangeBody change)
    {
        lock (gate)
        {
            if (change.Generation != Position.Generation || change.Version <= Position.Version)
                return;
            long now = time.GetTimestamp();
            foreach (string name in change.Deleted)
                received.Remove(name);
            foreach (SnapshotFeature feature in change.Features)
                received[feature.Name] = new ReceivedFeature(feature, now);
            Publish(Current.With(change.Generation, change.Version, change.Features.Select(Compile), change.Deleted));
        }

        Signal();
    }

    /// <summary>For a client that is cut off: a hold that nobody can still have is over.</summary>
    public void EndHoldsPastLimit()
    {
        lock (gate)
        {
            if (!EndOverdueHolds())
                return;
        }

        Signal();
    }

    /// <summary>Wakes those who wait for anything to be different.</summary>
    public void Signal()
    {
        TaskCompletionSource before = Interlocked.Exchange(ref moved, NewSignal());
        before.TrySetResult();
    }

    /// <summary>What is here as the server would say it; false when there is nothing from the server.</summary>
    public bool TryGetBody([NotNullWhen(true)] out SnapshotBody? body)
    {
        lock (gate)
        {
            body = fromServer ? new SnapshotBody(current.Generation, current.Version, [.. received.Values.Select(one => one.Feature)]) : null;
            return fromServer;
        }
    }

    /// <summary>A feature as it came; null when there is none.</summary>
    public SnapshotFeature? Find(string feature)
    {
        lock (gate)
            return received.TryGetValue(feature, out ReceivedFeature? one) ? one.Feature : null;
    }

    /// <summary>Every feature that was ever here, with how often it was asked.</summary>
    public IReadOnlyList<(string Feature, CheckCounter Counter)> Counters()
    {
        lock (gate)
            return [.. counters.Select(entry => (entry.Key, entry.Value))];
    }

    private void Replace(SnapshotBody body, long since)
    {
        received.Clear();
        foreach (SnapshotFeature feature in body.Features)
            received[feature.Name] = new ReceivedFeature(feature, since);
        Publish(Snapshot.Create(body.Generation, body.Version, body.Features.Select(Compile)));
    }

    private bool EndOverdueHolds()
    {
        ReceivedFeature[] over = [.. received.Values.Where(one => one.Feature.Holds.Count > 0 && one.Feature.Holds.All(hold => time.GetElapsedTime(one.Since).TotalSeconds >= hold.HardLimitSeconds))];
        foreach (ReceivedFeature one in over)
            received[one.Feature.Name] = one with { Feature = one.Feature with { Holds = [] } };
        if (over.Length == 0)
            return false;
        // The server knows better, as soon as it can say: the next round must ask for everything.
        fromServer = false;
        Publish(Current.With(current.Generation, current.Version, over.Select(one => Compile(received[one.Feature.Name].Feature)), []));
        return true;
    }

    private CompiledFeature Compile(SnapshotFeature feature)
    {
        if (!counters.TryGetValue(feature.Name, out CheckCounter? counter))
            counters[feature.Name] = counter = new CheckCounter();
        return CompiledFeature.Compile(feature.Name, feature.Gates, feature.Holds.Count > 0, feature.Version, counter);
    }

    private static Position Of(Snapshot snapshot) => new(snapshot.Generation, snapshot.Version);

    private void Publish(Snapshot next) => Volatile.Write(ref current, next);

    // Whoever waits must not run on the thread that reads the stream.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record ReceivedFeature(SnapshotFeature Feature, long Since);
}
