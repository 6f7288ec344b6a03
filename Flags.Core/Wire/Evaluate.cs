using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>An actor as a caller describes it.</summary>
public sealed record ActorBody
{
    /// <summary>The actor's id, at most <see cref="Limits.ActorIdLength"/> characters; null for an actor without one.</summary>
    public string? Id { get; init; }

    /// <summary>Properties for expressions: any JSON values.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Properties { get; init; }

    /// <summary>Names of the groups the caller says the actor is in.</summary>
    public IReadOnlyList<string>? Groups { get; init; }
}

/// <summary>Body of <c>POST …/evaluate</c>.</summary>
public sealed record EvaluateFeature
{
    /// <summary>At most <see cref="Limits.ActorsPerCheck"/>; none asks without an actor.</summary>
    public IReadOnlyList<ActorBody>? Actors { get; init; }
}

/// <summary>Answer of <c>POST …/evaluate</c>.</summary>
public sealed record EvaluateAnswer
{
    /// <summary>Whether the feature is on for the actors.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Why.</summary>
    public required Reason Reason { get; init; }

    /// <summary>The gate that decided; null when none did.</summary>
    public Gate? Gate { get; init; }

    /// <summary>The feature's version; 0 when it does not exist.</summary>
    public long Version { get; init; }

    /// <summary>True when the expression could not be evaluated, so that its gate stayed closed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ExpressionFailed { get; init; }

    /// <summary>One line a gate, with <c>explain=true</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GateExplanation>? Explanation { get; init; }
}
