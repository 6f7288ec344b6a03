using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>Body of <c>PUT /api/v1/claims/{key}</c>: to be the only one who does what the key stands for.</summary>
public sealed record TakeClaim
{
    /// <summary>Which attempt asks, for example a UUID, at most 255 characters: the same text repeats the same call. Null is a new attempt each time.</summary>
    public string? Owner { get; init; }

    /// <summary>Life without renewal: 1 s to 1 h, default 30 s.</summary>
    public Duration? Ttl { get; init; }

    /// <summary>For how long nobody can claim it once it is done: 1 s to 30 days, default 24 h.</summary>
    public Duration? Keep { get; init; }

    /// <summary><c>at-least-once</c> (default): an expired claim can be taken again. <c>once</c>: nobody else gets it within <see cref="Keep"/>, done or not.</summary>
    public string? Mode { get; init; }
}

/// <summary>Answer to a claim that was won.</summary>
/// <param name="Key">The key.</param>
/// <param name="Token">The fencing token, a number that only grows; only the newest of a key completes.</param>
/// <param name="Attempt">1 for the first; one more each time that an attempt before expired or gave up.</param>
/// <param name="ExpiresInSeconds">Life at the time of the answer; count it from before the request.</param>
/// <param name="RenewInSeconds">When to renew: a third of the life.</param>
public sealed record GrantedClaim(string Key, long Token, int Attempt, double ExpiresInSeconds, double RenewInSeconds);

/// <summary>Body of <c>POST /api/v1/claims/{key}/complete</c>.</summary>
/// <param name="Token">The claim's token.</param>
/// <param name="Result">Any JSON of at most 64 KiB, for whoever asks later; null for none.</param>
public sealed record CompleteClaim(long Token, JsonElement? Result = null);

/// <summary>Body of <c>POST /api/v1/claims/{key}/renew</c>.</summary>
/// <param name="Token">The claim's token.</param>
/// <param name="Ttl">Life from now, 1 s to 1 h; null repeats the TTL it has.</param>
public sealed record RenewClaim(long Token, Duration? Ttl = null);

/// <summary>Body of <c>POST /api/v1/claims/{key}/abandon</c>.</summary>
/// <param name="Token">The claim's token.</param>
public sealed record AbandonClaim(long Token);

/// <summary>Answer to a renewal.</summary>
public sealed record RenewedClaim(double ExpiresInSeconds);

/// <summary>Answer to <c>complete</c> and <c>abandon</c>.</summary>
/// <param name="State"><c>done</c> or <c>abandoned</c>.</param>
/// <param name="KeptForSeconds">For how long nobody can claim it; 0 when it was abandoned.</param>
public sealed record EndedClaim(string State, double KeptForSeconds);

/// <summary>A claim as everybody sees it: without its token.</summary>
public sealed record ClaimInfo
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary><c>claimed</c>, <c>expired</c>, <c>done</c> or <c>abandoned</c>.</summary>
    public required string State { get; init; }

    /// <summary><c>at-least-once</c> or <c>once</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Which attempt it is.</summary>
    public required int Attempt { get; init; }

    /// <summary>Since when, by the database's clock.</summary>
    public DateTimeOffset ClaimedAt { get; init; }

    /// <summary>Seconds of life that are left; 0 unless it is claimed.</summary>
    public double ExpiresInSeconds { get; init; }

    /// <summary>Seconds until anybody can claim it; 0 when that is now.</summary>
    public double FreeInSeconds { get; init; }

    /// <summary>When it was completed or abandoned.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What it was completed with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Result { get; init; }
}
