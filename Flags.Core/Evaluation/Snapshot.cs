using System.Collections.Frozen;

namespace Flags.Core;

/// <summary>
/// All features as of one version. Immutable: a change makes a new snapshot, and a check sees one of them from beginning to end. Checks
/// allocate nothing; see docs/benchmarks.md for what does.
/// </summary>
public sealed class Snapshot
{
    private readonly FrozenDictionary<string, CompiledFeature> _features;

    private Snapshot(long generation, long version, FrozenDictionary<string, CompiledFeature> features)
    {
        Generation = generation;
        Version = version;
        _features = features;
    }

    /// <summary>No features, generation 0, version 0.</summary>
    public static Snapshot Empty { get; } = new(0, 0, FrozenDictionary<string, CompiledFeature>.Empty);

    /// <summary>Grows after a restore or a lossy fail-over.</summary>
    public long Generation { get; }

    /// <summary>The version of the last change in it.</summary>
    public long Version { get; }

    /// <summary>The number of features.</summary>
    public int Count => _features.Count;

    /// <summary>The features, in no particular order.</summary>
    public IEnumerable<CompiledFeature> Features => _features.Values;

    /// <summary>A snapshot of these features; of several with one name the last counts.</summary>
    public static Snapshot Create(long generation, long version, IEnumerable<CompiledFeature> features) =>
        Empty.With(generation, version, features, []);

    /// <summary>This snapshot with some features replaced or added and some removed; what is both is in it.</summary>
    public Snapshot With(long generation, long version, IEnumerable<CompiledFeature> changed, IEnumerable<string> removed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(removed);
        var features = new Dictionary<string, CompiledFeature>(_features, StringComparer.Ordinal);
        foreach (var name in removed)
            features.Remove(name);
        foreach (var feature in changed)
            features[feature.Name] = feature;
        return new Snapshot(generation, version, features.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The feature of that name, byte for byte; null when there is none. It can be kept and checked as long as it is current.</summary>
    public CompiledFeature? Find(string name) => _features.TryGetValue(name, out CompiledFeature? feature) ? feature : null;

    /// <summary>Whether a feature is on without an actor; false for an unknown one.</summary>
    public bool IsEnabled(string name, EvaluationContext context) =>
        _features.TryGetValue(name, out var feature) && IsEnabled(feature, context);

    /// <summary>Whether a feature is on for the actor of that id, without properties and in no group; false for an unknown one.</summary>
    public bool IsEnabled(string name, string actorId, EvaluationContext context) =>
        _features.TryGetValue(name, out var feature) && IsEnabled(feature, actorId, context);

    /// <summary>The same for a feature that was found before; other features it refers to are looked up in this snapshot.</summary>
    public bool IsEnabled(CompiledFeature feature, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return feature.Always ?? FeatureCheck.IsOn(feature, null, this, context);
    }

    /// <inheritdoc cref="IsEnabled(CompiledFeature, EvaluationContext)"/>
    public bool IsEnabled(CompiledFeature feature, string actorId, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(feature);
        ArgumentNullException.ThrowIfNull(actorId);
        return feature.Always ?? FeatureCheck.IsOn(feature, actorId, this, context);
    }

    /// <summary>Whether a feature is on for these actors together, and why. Unknown: off, <see cref="Reason.NotFound"/>.</summary>
    /// <param name="name">The feature.</param>
    /// <param name="actors">None: nobody in particular. Several: one joint decision.</param>
    /// <param name="context">Chance, time and groups of the host.</param>
    public Evaluation Evaluate(string name, ReadOnlySpan<Actor> actors, EvaluationContext context) =>
        _features.TryGetValue(name, out var feature) ? Evaluate(feature, actors, context) : new(false, Reason.NotFound, null, false, 0);

    /// <inheritdoc cref="IsEnabled(CompiledFeature, EvaluationContext)"/>
    public Evaluation Evaluate(CompiledFeature feature, ReadOnlySpan<Actor> actors, EvaluationContext context)
    {
        ArgumentNullException.ThrowIfNull(feature);
        return FeatureCheck.Evaluate(feature, new Subjects(actors), this, context);
    }

    /// <summary>
    /// What each gate finds, in the order in which they are asked; deny lists and holds included. It draws its own chances, so the line of % of
    /// time may differ from an <see cref="Evaluate(string, ReadOnlySpan{Actor}, EvaluationContext)"/> beside it unless the context draws the
    /// same number twice. Empty for an unknown feature.
    /// </summary>
    public IReadOnlyList<GateExplanation> Explain(string name, ReadOnlySpan<Actor> actors, EvaluationContext context) =>
        _features.TryGetValue(name, out var feature) ? Explainer.Explain(feature, new Subjects(actors), this, context) : [];
}
