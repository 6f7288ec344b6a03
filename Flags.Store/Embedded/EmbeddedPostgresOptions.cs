namespace Flags.Store;

/// <summary>Where the embedded PostgreSQL lives and what it may do.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>The data folder; created if missing. Relative paths count from the working directory.</summary>
    public required string DataDir { get; init; }

    /// <summary>On (default): a commit survives a power cut. Off only for data that may be lost: tests.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>On (default): without an installed PostgreSQL, the pinned npm package may be taken.</summary>
    public bool Download { get; init; } = true;

    /// <summary>Where to look for an installed PostgreSQL; null: PATH and the usual folders.</summary>
    internal IReadOnlyList<string>? BinaryFolders { get; init; }

    /// <summary>Where the npm package is kept; null: the machine's cache folder for this account.</summary>
    internal string? CacheDir { get; init; }

    /// <summary>127.0.0.1 with a password instead of a Unix socket: what Windows gets.</summary>
    internal bool Tcp { get; init; } = OperatingSystem.IsWindows();
}
