namespace Flags.Core;

/// <summary>What a check needs from outside: chance, the time and the groups of the app. Immutable; build one and share it.</summary>
public sealed class EvaluationContext
{
    /// <summary>The shared random source and this machine's clock; no groups of the app, nobody is told about failed expressions.</summary>
    public static EvaluationContext Default { get; } = new() { Random = System.Random.Shared.NextDouble, Now = TimeProvider.System.GetUtcNow };

    /// <summary>A draw from [0, 1), for % of time and the function <c>Random</c>; called from many threads.</summary>
    public required Func<double> Random { get; init; }

    /// <summary>The present, for the function <c>Now</c>; called from many threads.</summary>
    public required Func<DateTimeOffset> Now { get; init; }

    /// <summary>
    /// The groups that the app can decide, by name; null means none (the server has none). A check by id alone builds an
    /// <see cref="Actor"/> for them. What a predicate throws reaches whoever checks.
    /// </summary>
    public IReadOnlyDictionary<string, Func<Actor, bool>>? GroupPredicates { get; init; }

    /// <summary>
    /// Told feature, version and error the first time that the expression of a <see cref="CompiledFeature"/> cannot be evaluated; count
    /// further failures with <see cref="Evaluation.ExpressionFailed"/>. Null means nobody is told.
    /// </summary>
    public Action<string, long, string>? ExpressionFailed { get; init; }
}
