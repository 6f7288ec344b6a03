using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>A live hold as a snapshot shows it; only the server ends it.</summary>
/// <param name="Id">The hold's id.</param>
/// <param name="Holder">Who holds.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when, by the database's clock.</param>
/// <param name="HardLimitSeconds">How long a client that is cut off believes in it.</param>
public sealed record SnapshotHold(Guid Id, string Holder, string Reason, DateTimeOffset Since, double HardLimitSeconds);

/// <summary>A feature as evaluation needs it.</summary>
public sealed record SnapshotFeature
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of its last write.</summary>
    public long Version { get; init; }

    /// <summary>The gates as stored.</summary>
    public Gates Gates { get; init; } = Gates.Empty;

    /// <summary>Live holds; with one or more the feature is off for everyone.</summary>
    public IReadOnlyList<SnapshotHold> Holds { get; init; } = [];

    /// <summary>True for a feature outside the key's pattern that an expression inside it refers to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Reference { get; init; }
}

/// <summary>Answer of <c>GET /api/v1/snapshot</c>: everything a client needs to evaluate by itself.</summary>
/// <param name="Generation">Grows after a restore or fail-over; a client takes a larger one and ignores a smaller one.</param>
/// <param name="Version">Grows within a generation; a client never goes back.</param>
/// <param name="Features">Every feature the key may see, sorted by name.</param>
public sealed record SnapshotBody(long Generation, long Version, IReadOnlyList<SnapshotFeature> Features);

/// <summary>Data of a <c>takeover</c> event of <c>GET /api/v1/stream</c>: successors began to wait for these, and whoever is inside learns by renewing whether its slot is asked for.</summary>
/// <param name="Features">Names of features with a limit.</param>
public sealed record TakeoverBody(IReadOnlyList<string> Features);

/// <summary>Data of a <c>change</c> event of <c>GET /api/v1/stream</c>.</summary>
public sealed record ChangeBody
{
    /// <summary>The generation.</summary>
    public long Generation { get; init; }

    /// <summary>The version this event leads to.</summary>
    public long Version { get; init; }

    /// <summary>The changed features, whole.</summary>
    public IReadOnlyList<SnapshotFeature> Features { get; init; } = [];

    /// <summary>Names of deleted features.</summary>
    public IReadOnlyList<string> Deleted { get; init; } = [];

    /// <summary>True when the change is over 64 KiB: ask for the snapshot.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Refetch { get; init; }
}
