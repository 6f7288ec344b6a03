using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>Body of <c>PUT /api/v1/holds/{id}</c>.</summary>
public sealed record PlaceHold
{
    /// <summary>The features to hold, 1 to 100 names.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Why, for everybody who is turned away; at most <see cref="Limits.Reason"/> characters.</summary>
    public required string Reason { get; init; }

    /// <summary>Life without renewal: 1 s to 30 min, default 2 min.</summary>
    public Duration? Ttl { get; init; }

    /// <summary>The most it can be extended to in all: default 2 h, at most 24 h.</summary>
    public Duration? MaxDuration { get; init; }

    /// <summary>Whether it refuses to be placed beside another hold, and another beside it; default false.</summary>
    public bool? Exclusive { get; init; }

    /// <summary>Where people can see what happens, http or https.</summary>
    public string? Url { get; init; }

    /// <summary>Who holds, for people; default the key's name.</summary>
    public string? Holder { get; init; }
}

/// <summary>A hold, live or ended.</summary>
public sealed record HoldInfo
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The fencing token, a number that only grows; null for everybody but the key that placed the hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Token { get; init; }

    /// <summary>The features it holds.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Who holds.</summary>
    public required string Holder { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Where people can see what happens.</summary>
    public string? Url { get; init; }

    /// <summary><c>active</c>, <c>drained</c>, <c>released</c>, <c>expired</c> or <c>forced</c>.</summary>
    public required string State { get; init; }

    /// <summary>Whether no other hold may stand beside it.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Since when, by the database's clock.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it ends unless it is extended.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Seconds until then, at the time of the answer; 0 when ended.</summary>
    public double ExpiresInSeconds { get; init; }

    /// <summary>Seconds until it can be extended no more.</summary>
    public double HardLimitSeconds { get; init; }

    /// <summary>When it was last extended; null never.</summary>
    public DateTimeOffset? ExtendedAt { get; init; }

    /// <summary>How many leases were live when it was placed.</summary>
    public int InFlightAtStart { get; init; }

    /// <summary>How many leases are live now.</summary>
    public int InFlight { get; init; }

    /// <summary>When it was drained; null while it is not.</summary>
    public DateTimeOffset? DrainedAt { get; init; }

    /// <summary>How many leases were left, once drained.</summary>
    public int Left { get; init; }

    /// <summary>How many leases merely expired: their jobs may still run.</summary>
    public int Expired { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Who ended it.</summary>
    public string? EndedBy { get; init; }
}

/// <summary>Holds, newest first.</summary>
/// <param name="Holds">A page of them.</param>
/// <param name="NextCursor">Give it back as <c>cursor</c> for older ones; null on the last page.</param>
public sealed record HoldList(IReadOnlyList<HoldInfo> Holds, string? NextCursor = null);

/// <summary>Answer to a hold that was placed.</summary>
public sealed record PlacedHold(
    Guid Id, long Token, IReadOnlyList<string> Features, DateTimeOffset ExpiresAt, double ExpiresInSeconds, int InFlight, IReadOnlyList<LeaseInfo> Leases);

/// <summary>Body of <c>POST …/extend</c>.</summary>
/// <param name="Token">The hold's token.</param>
/// <param name="Ttl">Life from now, 1 s to 30 min; default 2 min.</param>
public sealed record ExtendHold(long Token, Duration? Ttl = null);

/// <summary>Answer to an extension.</summary>
public sealed record ExtendedHold(double ExpiresInSeconds);

/// <summary>Answer to <c>GET …/drained</c>: nobody is inside, and nobody can enter while the hold lives.</summary>
public sealed record DrainedHold(DateTimeOffset DrainedAt, long Token, int Left, int Expired);

/// <summary>Answer to <c>POST …/revoke-leases</c>: how many jobs were told to stop. They count as inside until they leave or expire.</summary>
public sealed record RevokedLeases(int Revoked);

/// <summary>Answer to <c>POST /api/v1/recovery/waive</c>.</summary>
/// <param name="Waived">False when no guard was armed.</param>
/// <param name="RemainingSeconds">How long it would have lasted.</param>
public sealed record WaivedRecovery(bool Waived, double RemainingSeconds);

/// <summary>Body of <c>POST …/force-release</c>, <c>POST …/revoke-leases</c> and <c>POST /api/v1/recovery/waive</c>.</summary>
public sealed record HoldReason(string? Reason = null);
