using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>
/// Everything that decides whether a feature is on, as it is stored. Lists are sets: members once each, in the order of their UTF-8 bytes.
/// Two gates are equal when all their values are; percentages and expressions compare by their stored text.
/// </summary>
public sealed record Gates
{
    /// <summary>Nothing set: off for everyone.</summary>
    public static Gates Empty { get; } = new();

    /// <summary>On for everyone. Gates beside it stay stored and have no effect while it is true.</summary>
    [JsonPropertyOrder(0)]
    public bool Boolean { get; init; }

    /// <summary>Null means unset, as does an empty one.</summary>
    [JsonPropertyOrder(1)]
    public Expression? Expression { get; init; }

    /// <summary>Ids of actors, compared byte for byte. At most <see cref="Limits.Actors"/>, enforced by the APIs.</summary>
    [JsonPropertyOrder(2)]
    public IReadOnlyList<string> Actors { get; init => field = Utf8Order.Normalize(value); } = [];

    /// <summary>Null means never set; a stored 0 opens for nobody too.</summary>
    [JsonPropertyOrder(3)]
    public Percentage? PercentageOfActors { get; init; }

    /// <summary>Null means never set; a stored 0 opens for nobody too.</summary>
    [JsonPropertyOrder(4)]
    public Percentage? PercentageOfTime { get; init; }

    /// <summary>Names of groups. At most <see cref="Limits.Groups"/>, enforced by the APIs.</summary>
    [JsonPropertyOrder(5)]
    public IReadOnlyList<string> Groups { get; init => field = Utf8Order.Normalize(value); } = [];

    /// <summary>Ids of actors for whom the feature is off, whatever the other gates say.</summary>
    [JsonPropertyOrder(6)]
    public IReadOnlyList<string> DeniedActors { get; init => field = Utf8Order.Normalize(value); } = [];

    /// <summary>Names of groups for whose members the feature is off, whatever the other gates say.</summary>
    [JsonPropertyOrder(7)]
    public IReadOnlyList<string> DeniedGroups { get; init => field = Utf8Order.Normalize(value); } = [];

    /// <summary>
    /// On: boolean, or 100 % of time. Conditional: an expression, actors, groups or a percentage above 0 (also 100 % of actors: it needs
    /// an actor). Else off. Deny lists are no part of it.
    /// </summary>
    [JsonIgnore]
    public FeatureState State =>
        Boolean || PercentageOfTime is { Value: >= 100 } ? FeatureState.On
        : NonEmpty.Count > 0 ? FeatureState.Conditional
        : FeatureState.Off;

    /// <summary>The gates that are set so that they can open, in the order in which they are asked. Deny lists are not among them.</summary>
    [JsonIgnore]
    public IReadOnlyList<Gate> NonEmpty
    {
        get
        {
            var gates = new List<Gate>(6);
            Add(Gate.Boolean, Boolean);
            Add(Gate.Expression, Expression is { IsEmpty: false });
            Add(Gate.Actor, Actors.Count > 0);
            Add(Gate.PercentageOfActors, PercentageOfActors is { Value: > 0 });
            Add(Gate.PercentageOfTime, PercentageOfTime is { Value: > 0 });
            Add(Gate.Group, Groups.Count > 0);
            return gates;

            void Add(Gate gate, bool set)
            {
                if (set)
                    gates.Add(gate);
            }
        }
    }

    /// <summary>Whether all values are equal, lists by content.</summary>
    public bool Equals(Gates? other) =>
        other is not null
        && Boolean == other.Boolean
        && Equals(Expression, other.Expression)
        && PercentageOfActors == other.PercentageOfActors
        && PercentageOfTime == other.PercentageOfTime
        && Actors.SequenceEqual(other.Actors)
        && Groups.SequenceEqual(other.Groups)
        && DeniedActors.SequenceEqual(other.DeniedActors)
        && DeniedGroups.SequenceEqual(other.DeniedGroups);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Boolean);
        hash.Add(Expression);
        hash.Add(PercentageOfActors);
        hash.Add(PercentageOfTime);
        foreach (var list in (ReadOnlySpan<IReadOnlyList<string>>)[Actors, Groups, DeniedActors, DeniedGroups])
        {
            hash.Add(list.Count);
            foreach (var member in list)
                hash.Add(member, StringComparer.Ordinal);
        }
        return hash.ToHashCode();
    }
}
