using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>All features that a key pattern sees, as one version has them, ready for bulk evaluation.</summary>
internal sealed class OfrepTable
{
    private static readonly ConditionalWeakTable<FeatureSet, ConcurrentDictionary<string, OfrepTable>> Tables = [];

    private OfrepTable(FeatureSet set, string? pattern)
    {
        StoredFeature[] seen = [.. set.Features.Where(f => pattern is null || NamePattern.Matches(pattern, f.Feature.Name))];
        Set = set;
        Features = [.. seen.Select(OfrepFeature.Of)];
        Compiled = [.. seen.Select(f => set.Snapshot.Find(f.Feature.Name)!)];
        Digest = SHA256.HashData([.. Features.SelectMany(f => f.Digest)]);
        HasChance = Features.Any(f => f.HasChance);
    }

    public FeatureSet Set { get; }

    /// <summary>Sorted by name.</summary>
    public OfrepFeature[] Features { get; }

    /// <summary>The same, for evaluation.</summary>
    public CompiledFeature[] Compiled { get; }

    /// <summary>Of all that answers can show: with what each feature came to, it is the answer.</summary>
    public byte[] Digest { get; }

    /// <summary>Whether an evaluation may draw lots.</summary>
    public bool HasChance { get; }

    public static OfrepTable Of(FeatureSet set, string? pattern) => Tables.GetOrCreateValue(set).GetOrAdd(pattern ?? "*", _ => new OfrepTable(set, pattern));
}
