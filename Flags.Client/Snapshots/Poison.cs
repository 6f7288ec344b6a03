using Flags.Core;

namespace Flags.Client;

/// <summary>What can be read as JSON and still is no snapshot.</summary>
internal static class Poison
{
    /// <summary>Null for a good body, else what is wrong.</summary>
    public static string? In(SnapshotBody body) =>
        body.Generation <= 0 || body.Version < 0 ? "it has no generation" : In(body.Features);

    /// <inheritdoc cref="In(SnapshotBody)"/>
    public static string? In(ChangeBody body) =>
        body.Generation <= 0 || body.Version < 0 ? "it has no generation"
        : body.Deleted is null || body.Deleted.Contains(null) ? "its deleted features have no names"
        : In(body.Features);

    private static string? In(IReadOnlyList<SnapshotFeature>? features) =>
        features is null ? "it has no features"
        : features.Any(feature => feature is not { Name.Length: > 0, Gates: not null, Holds: not null } || feature.Holds.Contains(null)) ? "a feature in it has no name, gates or holds"
        : null;
}
