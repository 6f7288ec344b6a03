using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Flags.Core;

namespace Flags.Store;

/// <summary>Every feature as of one (generation, version): immutable, so a reader never sees half a change.</summary>
public sealed class FeatureSet
{
    private const int MostPatterns = 64;

    private readonly FrozenDictionary<string, StoredFeature> byName;
    private readonly ConcurrentDictionary<string, CompiledFeature> unheld = new(StringComparer.Ordinal);
    private readonly Lazy<FrozenDictionary<int, StoredFeature>> byId;
    private readonly ConcurrentDictionary<string, byte[]> bodies = new(StringComparer.Ordinal);

    private FeatureSet(long generation, long version, StoredFeature[] sorted, Snapshot snapshot)
    {
        Features = sorted;
        Snapshot = snapshot;
        (Generation, Version) = (generation, version);
        byName = sorted.ToFrozenDictionary(f => f.Feature.Name, StringComparer.Ordinal);
        byId = new Lazy<FrozenDictionary<int, StoredFeature>>(() => sorted.ToFrozenDictionary(f => f.Id));
    }

    public long Generation { get; }

    public long Version { get; }

    /// <summary>Those that exist, sorted by the UTF-8 bytes of their names.</summary>
    public IReadOnlyList<StoredFeature> Features { get; }

    /// <summary>The same features, prepared for evaluation.</summary>
    public Snapshot Snapshot { get; }

    public StoredFeature? Find(string name) => byName.GetValueOrDefault(name);

    public StoredFeature? Find(int id) => byId.Value.GetValueOrDefault(id);

    /// <summary>A feature as if nobody held it: entering asks its gates and its holds apart.</summary>
    public CompiledFeature Unheld(StoredFeature feature) => feature.Feature.Held
        ? unheld.GetOrAdd(feature.Feature.Name, name => CompiledFeature.Compile(name, feature.Feature.Gates, held: false, feature.Feature.Version))
        : Snapshot.Find(feature.Feature.Name)!;

    internal static FeatureSet Create(long generation, long version, IEnumerable<StoredFeature> rows)
    {
        StoredFeature[] sorted = Sort(rows);
        return new FeatureSet(generation, version, sorted, Snapshot.Create(generation, version, sorted.Select(Compile)));
    }

    /// <summary>A newer set; of a feature that changed only in its description nothing is compiled anew.</summary>
    internal FeatureSet With(long version, IReadOnlyList<StoredFeature> changed)
    {
        var names = changed.Select(f => f.Feature.Name).ToHashSet(StringComparer.Ordinal);
        StoredFeature[] sorted = Sort(Features.Where(f => !names.Contains(f.Feature.Name)).Concat(changed));
        string[] removed = [.. changed.Where(f => !f.Exists).Select(f => f.Feature.Name)];
        return new FeatureSet(Generation, version, sorted, Snapshot.With(Generation, version, changed.Where(f => f.Exists).Select(Compile), removed));
    }

    /// <summary>The UTF-8 body of <c>GET /api/v1/snapshot</c> for a key's pattern; the same bytes for every caller with that pattern.</summary>
    public byte[] SnapshotBody(string? pattern)
    {
        string key = pattern ?? "*";
        if (bodies.TryGetValue(key, out byte[]? known))
            return known;
        if (bodies.Count >= MostPatterns)
            bodies.Clear();
        return bodies.GetOrAdd(key, _ => JsonSerializer.SerializeToUtf8Bytes(
            new SnapshotBody(Generation, Version, SnapshotFeatures(pattern)), FlagsJson.Relaxed.SnapshotBody));
    }

    /// <summary>Whether an expression of a feature inside the pattern refers to this one, however far.</summary>
    public bool IsReferred(string name, string pattern) => Referred(pattern).Contains(name);

    private IReadOnlyList<SnapshotFeature> SnapshotFeatures(string? pattern)
    {
        if (pattern is null)
            return [.. Features.Select(f => f.ToSnapshot(reference: false))];
        HashSet<string> referred = Referred(pattern);
        return [.. Features.Select(f => (Feature: f, Own: NamePattern.Matches(pattern, f.Feature.Name)))
            .Where(f => f.Own || referred.Contains(f.Feature.Feature.Name)).Select(f => f.Feature.ToSnapshot(reference: !f.Own))];
    }

    private HashSet<string> Referred(string pattern)
    {
        var referred = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(Features.Select(f => f.Feature.Name).Where(name => NamePattern.Matches(pattern, name)));
        while (open.TryDequeue(out string? name))
        {
            foreach (string other in Find(name)?.Feature.Gates.Expression?.References ?? [])
            {
                if (!NamePattern.Matches(pattern, other) && referred.Add(other))
                    open.Enqueue(other);
            }
        }

        return referred;
    }

    private static CompiledFeature Compile(StoredFeature row) =>
        CompiledFeature.Compile(row.Feature.Name, row.Feature.Gates, row.Feature.Held, row.Feature.Version);

    private static StoredFeature[] Sort(IEnumerable<StoredFeature> rows)
    {
        StoredFeature[] sorted = [.. rows.Where(f => f.Exists)];
        Array.Sort(sorted, (a, b) => Utf8Order.Instance.Compare(a.Feature.Name, b.Feature.Name));
        return sorted;
    }
}
