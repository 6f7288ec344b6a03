namespace Flags.Client;

/// <summary>What becomes of a claim whose owner dies.</summary>
public enum ClaimMode
{
    /// <summary>After its TTL the next one that asks gets it, as attempt 2: nothing is lost, and it may be done twice.</summary>
    AtLeastOnce,

    /// <summary>Nobody gets it within <see cref="ClaimOptions.Keep"/>, as with <c>SET key NX PX</c> in Redis: it is never done twice, and may not be done at all.</summary>
    Once,
}
