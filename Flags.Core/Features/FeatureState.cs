using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>What the stored gates amount to, whoever asks. Deny lists and holds are no part of it.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<FeatureState>))]
public enum FeatureState
{
    /// <summary>Nothing is set: off for everyone.</summary>
    Off,

    /// <summary>On for some: an expression, actors, groups or a percentage above 0.</summary>
    Conditional,

    /// <summary>On for everyone: the boolean gate, or 100 % of time.</summary>
    On,
}
