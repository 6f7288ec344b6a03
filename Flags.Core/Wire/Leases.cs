using System.Text.Json;

namespace Flags.Core;

/// <summary>Body of <c>PUT /api/v1/features/{name}/leases/{id}</c>.</summary>
public sealed record EnterFeature
{
    /// <summary>Life without renewal: 1 s to 15 min, default 60 s.</summary>
    public Duration? Ttl { get; init; }

    /// <summary>Which job, for people; default the key's name.</summary>
    public string? Holder { get; init; }

    /// <summary>The actor the gates are asked for: an id, or <c>{id, properties, groups}</c>.</summary>
    public JsonElement? Actor { get; init; }

    /// <summary>A live lease of the same key: a job inside starts a sub-job while the feature is closing.</summary>
    public Guid? Parent { get; init; }

    /// <summary>On a feature with a limit: ask the holder for its slot.</summary>
    public bool? Takeover { get; init; }
}

/// <summary>A live lease as others see it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Holder">Which job.</param>
/// <param name="Actor">The actor's id; null without one.</param>
/// <param name="Since">Inside since.</param>
/// <param name="ExpiresInSeconds">Until it must be renewed; negative while it is late.</param>
/// <param name="Closing">Whether it was told to stop.</param>
public sealed record LeaseInfo(Guid Id, string Feature, string Holder, string? Actor, DateTimeOffset Since, double ExpiresInSeconds, bool Closing);

/// <summary>Somebody who waits to enter.</summary>
public sealed record WaiterInfo(Guid LeaseId, string Feature, string Holder, bool Takeover, DateTimeOffset Since);

/// <summary>Who is inside and who waits.</summary>
public sealed record LeaseList(IReadOnlyList<LeaseInfo> Leases, IReadOnlyList<WaiterInfo> Waiting);

/// <summary>Answer to an enter that was granted.</summary>
/// <param name="Id">The lease's id.</param>
/// <param name="Token">The fencing token.</param>
/// <param name="Feature">The feature.</param>
/// <param name="ExpiresAt">When it ends unless renewed, by the database's clock; count <paramref name="ExpiresInSeconds"/> from before the request instead.</param>
/// <param name="ExpiresInSeconds">Life at the time of the answer.</param>
/// <param name="RenewInSeconds">When to renew: a third of the TTL.</param>
public sealed record EnteredLease(Guid Id, long Token, string Feature, DateTimeOffset ExpiresAt, double ExpiresInSeconds, double RenewInSeconds);

/// <summary>A lease to renew.</summary>
public sealed record LeaseToken(Guid Id, long Token);

/// <summary>Body of <c>POST /api/v1/leases/{id}/renew</c>.</summary>
public sealed record RenewLease(long Token, Duration? Ttl = null);

/// <summary>Body of <c>POST /api/v1/leases/renew</c>: at most 1 000 leases.</summary>
public sealed record RenewLeases(IReadOnlyList<LeaseToken> Leases, Duration? Ttl = null);

/// <summary>What became of one renewal.</summary>
/// <param name="Id">The lease.</param>
/// <param name="Outcome"><c>renewed</c>, <c>expired</c>, <c>revoked</c>, <c>left</c> or <c>unknown</c>.</param>
/// <param name="ExpiresInSeconds">Life at the time of the answer; 0 unless renewed.</param>
/// <param name="Closing">Whether the feature is held or off: no new jobs; this one may finish.</param>
/// <param name="TakeoverRequested">Whether a successor asks for the slot: finish and leave. The first such answer still extends the life, no later one does, and a quarter of the TTL after it renewals are refused as <c>revoked</c>.</param>
public sealed record RenewedLease(Guid Id, string Outcome, double ExpiresInSeconds, bool Closing, bool TakeoverRequested);

/// <summary>Answer to a batch of renewals, in the order asked.</summary>
public sealed record RenewedLeases(IReadOnlyList<RenewedLease> Leases);
