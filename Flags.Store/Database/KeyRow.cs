namespace Flags.Store;

/// <summary>An API key; only the SHA-256 of its secret is stored.</summary>
internal sealed class KeyRow
{
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public byte[] Hash { get; set; } = [];
    public byte[]? OldHash { get; set; }
    public DateTime? OldUntil { get; set; }

    /// <summary>When somebody last used the secret from before the last rotation, since that rotation.</summary>
    public DateTime? OldUsedAt { get; set; }
    public int Permissions { get; set; }
    public string? Pattern { get; set; }
    public DateTime CreatedAt { get; set; }
    public string CreatedBy { get; set; } = "";
    public DateTime? ExpiresAt { get; set; }
    public DateTime? LastUsedAt { get; set; }
    public string? LastUsedAddress { get; set; }
    public string? LastUsedClient { get; set; }
    public DateTime? RevokedAt { get; set; }
}
