using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>Body of <c>POST /api/v1/features</c>.</summary>
public sealed record CreateFeature
{
    /// <summary>The name, normalised before it is stored; 1 to 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for; at most <see cref="Limits.Description"/> characters.</summary>
    public string? Description { get; init; }

    /// <summary>Words to find it by.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Who looks after it.</summary>
    public string? Owner { get; init; }

    /// <summary>How many leases may be live at once; null means any number.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether turning it off needs its name typed; default false.</summary>
    public bool? Protected { get; init; }

    /// <summary>Whether it starts on for everyone; default false.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>Body of <c>PATCH /api/v1/features/{name}</c>: absent members stay, null clears.</summary>
public sealed record FeaturePatch
{
    /// <summary>What it is for.</summary>
    [JsonConverter(typeof(OptionalConverter<string?>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> Description { get; init; }

    /// <summary>The whole set of tags.</summary>
    [JsonConverter(typeof(OptionalConverter<IReadOnlyList<string>?>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyList<string>?> Tags { get; init; }

    /// <summary>Who looks after it.</summary>
    [JsonConverter(typeof(OptionalConverter<string?>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> Owner { get; init; }

    /// <summary>How many leases may be live at once.</summary>
    [JsonConverter(typeof(OptionalConverter<int?>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<int?> Limit { get; init; }

    /// <summary>Whether turning it off needs its name typed.</summary>
    [JsonConverter(typeof(OptionalConverter<bool?>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<bool?> Protected { get; init; }

    /// <summary>When it should be gone from the code.</summary>
    [JsonConverter(typeof(OptionalConverter<DateTimeOffset?>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<DateTimeOffset?> ExpiresAt { get; init; }
}

/// <summary>Members to add to and remove from a set; adding what is there and removing what is not are no errors.</summary>
public sealed record SetPatch
{
    /// <summary>Members to add.</summary>
    public IReadOnlyList<string>? Add { get; init; }

    /// <summary>Members to remove.</summary>
    public IReadOnlyList<string>? Remove { get; init; }
}

/// <summary>Body of <c>PATCH /api/v1/features/{name}/gates</c>. <see cref="Boolean"/> is enable or disable and stands alone.</summary>
public sealed record GatesPatch
{
    /// <summary>True: on for everyone, false: off; both clear the other gates, not the deny lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Boolean { get; init; }

    /// <summary>Actors to add and remove.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SetPatch? Actors { get; init; }

    /// <summary>Groups to add and remove.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SetPatch? Groups { get; init; }

    /// <summary>Share of actors, 0 to 100; null unsets it.</summary>
    [JsonConverter(typeof(OptionalConverter<Percentage?>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<Percentage?> PercentageOfActors { get; init; }

    /// <summary>Share of checks, 0 to 100; null unsets it.</summary>
    [JsonConverter(typeof(OptionalConverter<Percentage?>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<Percentage?> PercentageOfTime { get; init; }

    /// <summary>The expression; null unsets it.</summary>
    [JsonConverter(typeof(OptionalConverter<Expression?>)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<Expression?> Expression { get; init; }

    /// <summary>Denied actors to add and remove.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SetPatch? DeniedActors { get; init; }

    /// <summary>Denied groups to add and remove.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SetPatch? DeniedGroups { get; init; }
}

/// <summary>Optional body of enable and disable.</summary>
/// <param name="Reason">Why, for history and audit; at most <see cref="Limits.Reason"/> characters.</param>
public sealed record ReasonBody(string? Reason = null);

/// <summary>Body of <c>POST …/revert</c>.</summary>
/// <param name="Version">The version whose state comes back.</param>
/// <param name="Reason">Why, for history and audit.</param>
public sealed record RevertFeature(long Version, string? Reason = null);
