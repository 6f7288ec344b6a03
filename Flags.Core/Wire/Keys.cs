namespace Flags.Core;

/// <summary>What a key or person may do. <see cref="Admin"/> implies all.</summary>
[Flags]
public enum Permissions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Ask whether a feature is on.</summary>
    Evaluate = 1,

    /// <summary>See features, history, audit.</summary>
    Read = 2,

    /// <summary>Change features.</summary>
    Write = 4,

    /// <summary>Enter under a lease.</summary>
    Lease = 8,

    /// <summary>Place, drain and end holds.</summary>
    Hold = 16,

    /// <summary>Claim keys.</summary>
    Claim = 32,

    /// <summary>Report a worker.</summary>
    Worker = 64,

    /// <summary>Everything, and keys, people, import.</summary>
    Admin = 128,
}

/// <summary>A key without its secret.</summary>
public sealed record KeyInfo
{
    /// <summary>Eight characters; the part of the key that may be shown.</summary>
    public required string Id { get; init; }

    /// <summary>The name shown in history and audit.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do, as words.</summary>
    public required IReadOnlyList<string> Permissions { get; init; }

    /// <summary>Feature names it is limited to, with <c>*</c> for any characters; null means any.</summary>
    public string? Pattern { get; init; }

    /// <summary>When it was minted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who minted it.</summary>
    public string CreatedBy { get; init; } = "";

    /// <summary>When it ends; null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used, to about 10 s; null means never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The address of the last use.</summary>
    public string? LastUsedAddress { get; init; }

    /// <summary>The program of the last use, as its <c>User-Agent</c> says; at most 200 characters, null when it said nothing.</summary>
    public string? LastUsedClient { get; init; }

    /// <summary>Until when the secret before the last rotation works; null when it does not.</summary>
    public DateTimeOffset? OldSecretUntil { get; init; }

    /// <summary>When the secret before the last rotation was last used since then, to about 10 s; null when nobody used it.</summary>
    public DateTimeOffset? OldSecretUsedAt { get; init; }

    /// <summary>When it was revoked; null while it is good.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>All keys, newest first.</summary>
public sealed record KeyList(IReadOnlyList<KeyInfo> Keys);

/// <summary>Body of <c>POST /api/v1/keys</c>.</summary>
public sealed record MintKey
{
    /// <summary>The name shown in history and audit, 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do: <c>evaluate read write lease hold claim worker admin</c>; never more than the minting key may.</summary>
    public required IReadOnlyList<string> Permissions { get; init; }

    /// <summary>Feature names it is limited to, with <c>*</c> for any characters; null means any that the minting key may.</summary>
    public string? Pattern { get; init; }

    /// <summary>How long it works; null means until it is revoked.</summary>
    public Duration? ExpiresIn { get; init; }
}

/// <summary>Body of <c>PATCH /api/v1/keys/{id}</c>.</summary>
public sealed record KeyPatch
{
    /// <summary>The new name, 1 to 100 characters.</summary>
    public required string Name { get; init; }
}

/// <summary>Optional body of <c>POST /api/v1/keys/{id}/rotate</c>.</summary>
/// <param name="KeepOldFor">How long the old secret works on; default 24 h, at most 30 days, 0 ends it now.</param>
public sealed record RotateKey(Duration? KeepOldFor = null);

/// <summary>A new secret: the only time it is shown.</summary>
/// <param name="Key">The key, <c>flg_…</c>.</param>
/// <param name="Info">What it may do.</param>
public sealed record MintedKey(string Key, KeyInfo Info);
