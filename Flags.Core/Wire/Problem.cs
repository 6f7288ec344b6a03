using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>Why a field was refused.</summary>
/// <param name="Field">Where: a member's path such as <c>gates.actors[3]</c>, a header or a query parameter.</param>
/// <param name="Message">What is wrong, with the limit where there is one.</param>
public sealed record FieldError(string Field, string Message);

/// <summary>A refused request (RFC 9457, <c>application/problem+json</c>).</summary>
public sealed record Problem
{
    /// <summary><c>urn:flags:problem:</c> and a word; the part to program against.</summary>
    public required string Type { get; init; }

    /// <summary>What kind of refusal.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What happened, with names and numbers.</summary>
    public required string Detail { get; init; }

    /// <summary>One sentence: what to do next.</summary>
    public required string Next { get; init; }

    /// <summary>The refused fields.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>On a conflict: the feature's version now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? CurrentVersion { get; init; }

    /// <summary>On a conflict: who changed it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ChangedBy { get; init; }

    /// <summary>On a conflict: when.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>
    /// Why a job may not enter (<c>held</c>, <c>disabled</c>, <c>full</c>, <c>recovering</c>), a hold is not drained (<c>draining</c>, <c>recovering</c>), or
    /// what became of a lease or claim (<c>expired</c>, <c>revoked</c>, <c>left</c>, <c>abandoned</c>, <c>unknown</c>).
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The live holds that stand in the way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HoldInfo>? Holds { get; init; }

    /// <summary>How many leases are live.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? InFlight { get; init; }

    /// <summary>The live leases, where they are what is waited for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LeaseInfo>? Leases { get; init; }

    /// <summary>What stands in the way of a claim: <c>claimed</c> or <c>done</c>. On a worker's heartbeat that was refused: the state that it has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }

    /// <summary>For how long a claim stands in the way, in seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ExpiresInSeconds { get; init; }

    /// <summary>What a claim that is done was completed with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Result { get; init; }

    /// <summary>The workers of the role and version, where ready ones are waited for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<WorkerInfo>? Workers { get; init; }

    /// <summary>When to try again, in seconds; also the header <c>Retry-After</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetryAfterSeconds { get; init; }
}
