using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>Why a check answered as it did.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<Reason>))]
public enum Reason
{
    /// <summary>There is no feature of that name: off.</summary>
    NotFound,

    /// <summary>A deploy holds the feature: off for everyone, the gates are not asked.</summary>
    Held,

    /// <summary>An actor or one of its groups is denied: off.</summary>
    Denied,

    /// <summary>Nothing is set: off for everyone.</summary>
    Off,

    /// <summary>Some gates are set and none of them opened: off.</summary>
    NoMatch,

    /// <summary>A gate opened: on.</summary>
    Opened,
}
