using System.Collections.Frozen;

namespace Flags.Core;

/// <summary>One version of a feature, prepared for checks. Immutable; compile it once per change.</summary>
public sealed class CompiledFeature
{
    private int _reported;

    private CompiledFeature(string name, Gates gates, bool held, long version)
    {
        Name = name;
        Gates = gates;
        Held = held;
        Version = version;
        State = gates.State;
        Bucket = new(name);
        Steps = gates.Expression is { IsEmpty: false } expression ? expression.Steps : null;
        Actors = SetOf(gates.Actors);
        DeniedActors = SetOf(gates.DeniedActors);
        HasDenials = gates.DeniedActors.Count + gates.DeniedGroups.Count > 0;
        BucketLimit = gates.PercentageOfActors is { } actors ? LimitOf(actors.Value) : 0;
        DrawLimit = gates.PercentageOfTime is { } time ? time.Value >= 100 ? 1 : time.Value / 100.0 : 0;
        Always = held || State == FeatureState.Off ? false
            : gates.Boolean && !HasDenials ? true
            : null;
        NeedsOnlyId = Steps is null && !HasDenials && gates.Groups.Count == 0;
    }

    /// <summary>The name, which is also the beginning of what % of actors hashes.</summary>
    public string Name { get; }

    /// <summary>The stored gates, also while the feature is held.</summary>
    public Gates Gates { get; }

    /// <summary>Whether a deploy holds the feature: then it is off for everyone.</summary>
    public bool Held { get; }

    /// <summary>The version that <see cref="Evaluation.Version"/> shows.</summary>
    public long Version { get; }

    /// <summary>The state of the stored gates, also while the feature is held.</summary>
    public FeatureState State { get; }

    /// <summary>The answer where it is the same for everyone, else null.</summary>
    internal bool? Always { get; }

    /// <summary>Whether no gate looks at more than an id and a draw.</summary>
    internal bool NeedsOnlyId { get; }

    /// <summary>Where the SDK counts its checks; null where nobody counts.</summary>
    internal CheckCounter? Counter { get; init; }

    internal Bucket Bucket { get; }

    /// <summary>The first bucket that is out: buckets are integers, so <c>bucket &lt; p * 1000</c> is <c>bucket &lt; ceiling(p * 1000)</c>.</summary>
    internal uint BucketLimit { get; }

    /// <summary>The first draw that is out, 0 to 1.</summary>
    internal double DrawLimit { get; }

    internal Steps? Steps { get; }

    internal FrozenSet<string>? Actors { get; }

    internal FrozenSet<string>? DeniedActors { get; }

    internal bool HasDenials { get; }

    /// <summary>Prepares a feature.</summary>
    /// <param name="name">Its name, normalised or not, as it is stored.</param>
    /// <param name="gates">The stored gates.</param>
    /// <param name="held">Whether a hold lives.</param>
    /// <param name="version">The version of the last change that evaluation can see.</param>
    public static CompiledFeature Compile(string name, Gates gates, bool held, long version)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(gates);
        return new CompiledFeature(name, gates, held, version);
    }

    /// <summary>The same with a counter that lives longer than this version of the feature.</summary>
    internal static CompiledFeature Compile(string name, Gates gates, bool held, long version, CheckCounter counter) =>
        new(name, gates, held, version) { Counter = counter };

    /// <summary>Tells the host about a failed expression, the first time only.</summary>
    internal void Report(string error, EvaluationContext context)
    {
        if (context.ExpressionFailed is { } report && Interlocked.Exchange(ref _reported, 1) == 0)
            report(Name, Version, error);
    }

    private static FrozenSet<string>? SetOf(IReadOnlyList<string> members) =>
        members.Count == 0 ? null : members.ToFrozenSet(StringComparer.Ordinal);

    // The product must be of doubles: decimals decide otherwise for 731 of the percentages with three decimals.
    private static uint LimitOf(double percentage) =>
        percentage <= 0 ? 0 : percentage >= 100 ? Bucket.Count : (uint)Math.Ceiling(percentage * 1000);
}
