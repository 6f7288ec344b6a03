using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>What can open a feature, in the order in which it is asked, and what can deny it (asked before all others).</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<Gate>))]
public enum Gate
{
    /// <summary>On for everyone.</summary>
    Boolean,

    /// <summary>On when the expression is truthy for an actor.</summary>
    Expression,

    /// <summary>On for listed actors.</summary>
    Actor,

    /// <summary>On for a share of all actors, always the same ones.</summary>
    PercentageOfActors,

    /// <summary>On for a share of all checks, drawn anew each time.</summary>
    PercentageOfTime,

    /// <summary>On for members of listed groups.</summary>
    Group,

    /// <summary>Off for listed actors.</summary>
    DeniedActor,

    /// <summary>Off for members of listed groups.</summary>
    DeniedGroup,
}
