namespace Flags.Client;

/// <summary>Why a job may not run.</summary>
public enum NotEnteredReason
{
    /// <summary>A deploy holds the feature.</summary>
    Held,

    /// <summary>Its gates are closed for this job: turned off, or not on for its actor.</summary>
    Disabled,

    /// <summary>As many jobs as its limit allows are inside.</summary>
    Full,

    /// <summary>The database was restored or failed over, and leases from before may still be in use.</summary>
    Recovering,

    /// <summary>The server gave no usable answer.</summary>
    Unreachable,
}
