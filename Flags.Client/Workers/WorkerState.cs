namespace Flags.Client;

/// <summary>How far a worker's life is; it never goes back.</summary>
public enum WorkerState
{
    /// <summary>The host is starting.</summary>
    Starting,

    /// <summary>It takes jobs.</summary>
    Ready,

    /// <summary>It takes no new jobs; running ones finish.</summary>
    Quiet,

    /// <summary>It has ended.</summary>
    Stopped,
}
