using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>A value before and after a change.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public sealed record Difference<T>(T Before, T After);

/// <summary>Members that came into and went out of a set; both sorted by UTF-8 bytes.</summary>
public sealed record SetDifference(IReadOnlyList<string> Added, IReadOnlyList<string> Removed);

/// <summary>What one write changed: only the members that differ are there, so it can be undone exactly.</summary>
public sealed record FeatureChange
{
    /// <summary>Whether the feature exists; absent when it did before and after.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Difference<bool>? Exists { get; init; }

    /// <summary>Description.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Difference<string>? Description { get; init; }

    /// <summary>Tags.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public SetDifference? Tags { get; init; }

    /// <summary>Owner.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Difference<string?>? Owner { get; init; }

    /// <summary>Limit of live leases.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Difference<int?>? Limit { get; init; }

    /// <summary>Protection.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Difference<bool>? Protected { get; init; }

    /// <summary>Expiry date.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Difference<DateTimeOffset?>? ExpiresAt { get; init; }

    /// <summary>Boolean gate.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Difference<bool>? Boolean { get; init; }

    /// <summary>Expression.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Difference<Expression?>? Expression { get; init; }

    /// <summary>Actors.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public SetDifference? Actors { get; init; }

    /// <summary>Percentage of actors.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Difference<Percentage?>? PercentageOfActors { get; init; }

    /// <summary>Percentage of time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public Difference<Percentage?>? PercentageOfTime { get; init; }

    /// <summary>Groups.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public SetDifference? Groups { get; init; }

    /// <summary>Denied actors.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public SetDifference? DeniedActors { get; init; }

    /// <summary>Denied groups.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public SetDifference? DeniedGroups { get; init; }
}

/// <summary>Who did something.</summary>
/// <param name="Id">A key's id, a person's id, or <c>setup</c>, <c>server</c>.</param>
/// <param name="Name">The name shown.</param>
/// <param name="Kind"><c>key</c>, <c>person</c> or <c>server</c>.</param>
public sealed record Who(string Id, string Name, string Kind);

/// <summary>One version of a feature.</summary>
/// <param name="Version">The version the write made.</param>
/// <param name="At">When, by the database's clock.</param>
/// <param name="Who">Who wrote.</param>
/// <param name="Action">What they asked for: <c>create</c>, <c>enable</c>, <c>disable</c>, <c>gates</c>, <c>details</c>, <c>delete</c>, <c>revert</c>, <c>import</c>.</param>
/// <param name="Reason">Why; null when they did not say.</param>
/// <param name="Change">The difference, before and after.</param>
/// <param name="AuditId">The id of the audit row.</param>
public sealed record HistoryEntry(long Version, DateTimeOffset At, Who Who, string Action, string? Reason, FeatureChange Change, long AuditId);

/// <summary>A page of history, newest first.</summary>
/// <param name="History">The entries.</param>
/// <param name="NextCursor">Give it back as <c>cursor</c> for older ones; null on the last page.</param>
public sealed record HistoryList(IReadOnlyList<HistoryEntry> History, string? NextCursor);
