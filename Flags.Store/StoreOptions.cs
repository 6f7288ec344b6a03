using Npgsql;

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

    /// <summary>How long a read waits for the database before it is answered with what is known. It may wait for the run under way and then for its own: within 2 s in all.</summary>
    public TimeSpan ReadPatience { get; init; } = TimeSpan.FromSeconds(0.9);

    /// <summary>The connection string with a password; one that has a password of its own stays as it is.</summary>
    public static string WithPassword(string connection, string password)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        if (parts.Password is { Length: > 0 })
            return connection;
        parts.Password = password;
        return parts.ConnectionString;
    }
}
