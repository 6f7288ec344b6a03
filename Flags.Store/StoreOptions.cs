namespace Flags.Store;

/// <summary>Where the store's database is.</summary>
public sealed record StoreOptions
{
    /// <summary>The ordinary connection; may go through a transaction pooler.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The owner's connection for migrations; null uses the ordinary one.</summary>
    public string? MigrateConnectionString { get; init; }

    /// <summary>A direct connection for LISTEN; null uses the ordinary one. Without a usable LISTEN a look once a second carries alone.</summary>
    public string? ListenConnectionString { get; init; }

    /// <summary>The longest TTL of a lease, and so how long the recovery guard lasts; the same on every replica.</summary>
    public TimeSpan LongestLease { get; init; } = TimeSpan.FromMinutes(15);
}
