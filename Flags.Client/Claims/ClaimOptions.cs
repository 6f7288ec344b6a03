namespace Flags.Client;

/// <summary>How a key is claimed.</summary>
public sealed record ClaimOptions
{
    /// <summary>Life without renewal, which happens in the background: 1 s to 1 h, default 30 s. What a killed process had claimed is free again after this time.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What becomes of the key when its owner dies; default <see cref="ClaimMode.AtLeastOnce"/>.</summary>
    public ClaimMode Mode { get; init; }

    /// <summary>For how long a key that is done stays done: 1 s to 30 days, default 24 h.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long to wait while another has the key, until that one is done or its time is over, and while the server cannot be reached; default 0, which
    /// does not wait. <see cref="Timeout.InfiniteTimeSpan"/> for ever.
    /// </summary>
    public TimeSpan Wait { get; init; }
}
