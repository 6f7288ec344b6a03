using Flags.Core;

namespace Flags.Client;

/// <summary>A feature that is checked again and again; follows every change. Keep it as long as you like. Thread-safe.</summary>
public sealed class PreparedFeature
{
    private readonly FlagsClient client;
    // Kept here too: one step less in every check.
    private readonly SnapshotHolder holder;
    private Bound bound;

    internal PreparedFeature(FlagsClient client, string name)
    {
        (this.client, holder, Name) = (client, client.Holder, name);
        bound = Bind(holder.Current);
    }

    /// <summary>The feature's name.</summary>
    public string Name { get; }

    /// <inheritdoc cref="FlagsClient.IsEnabled(string)"/>
    public bool IsEnabled()
    {
        Bound now = Now();
        return now.Feature is { } feature && client.Check(now.Snapshot, feature, null);
    }

    /// <inheritdoc cref="FlagsClient.IsEnabled(string, string)"/>
    public bool IsEnabled(string? actorId)
    {
        Bound now = Now();
        return now.Feature is { } feature && client.Check(now.Snapshot, feature, actorId);
    }

    /// <inheritdoc cref="FlagsClient.IsEnabled(string, Actor)"/>
    public bool IsEnabled(Actor? actor)
    {
        Bound now = Now();
        return now.Feature is { } feature && (actor is null ? client.Check(now.Snapshot, feature, null) : client.Evaluate(now.Snapshot, feature, [actor]).Enabled);
    }

    private Bound Now()
    {
        Snapshot snapshot = holder.Current;
        Bound known = Volatile.Read(ref bound);
        return ReferenceEquals(known.Snapshot, snapshot) ? known : Bind(snapshot);
    }

    private Bound Bind(Snapshot snapshot)
    {
        var fresh = new Bound(snapshot, snapshot.Find(Name));
        Volatile.Write(ref bound, fresh);
        return fresh;
    }

    private sealed class Bound(Snapshot snapshot, CompiledFeature? feature)
    {
        public readonly Snapshot Snapshot = snapshot;
        public readonly CompiledFeature? Feature = feature;
    }
}
