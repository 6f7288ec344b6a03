using System.Text.Json;

namespace Flags.Core;

/// <summary>One change of a feature, key or person.</summary>
/// <param name="Id">Grows with time.</param>
/// <param name="At">When, by the database's clock.</param>
/// <param name="Who">Who did it.</param>
/// <param name="Address">From which network address; behind it, in brackets, what a client of Flipper's API said of itself. Null for the server itself.</param>
/// <param name="RequestId">The request's id, as in the server's log.</param>
/// <param name="What">What was done, for example <c>feature.enable</c>, <c>key.mint</c>, <c>person.create</c>.</param>
/// <param name="Target">The feature's, key's or person's name.</param>
/// <param name="Version">The version it made; null when nothing that evaluation or pages show changed.</param>
/// <param name="Reason">Why; null when they did not say.</param>
/// <param name="Change">The difference.</param>
public sealed record AuditEntry(
    long Id, DateTimeOffset At, Who Who, string? Address, string? RequestId, string What, string Target, long? Version, string? Reason, JsonElement Change);

/// <summary>A page of audit rows, newest first.</summary>
/// <param name="Audit">The rows.</param>
/// <param name="NextCursor">Give it back as <c>cursor</c> for older ones; null on the last page.</param>
public sealed record AuditList(IReadOnlyList<AuditEntry> Audit, string? NextCursor);
