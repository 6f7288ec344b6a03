namespace Flags.Client;

/// <summary>What <see cref="FlagsClient.IsEnabledAsync"/> does while no snapshot is known, neither from the server nor from the disk.</summary>
public enum WhenUnavailable
{
    /// <summary>The feature counts as off, and the outage is logged once: work that is not known to be allowed does not start.</summary>
    Off,

    /// <summary>The exception reaches the caller.</summary>
    Throw,
}
