namespace Flags.Client;

/// <summary>What a job does that cannot ask because the server gives no usable answer. A job that is already inside goes on until its deadline in any case.</summary>
public enum WhenUnreachable
{
    /// <summary>It waits like one that is turned away, up to its <c>wait</c>.</summary>
    Wait,

    /// <summary>It does not run: after a second attempt, <see cref="NotEntered"/> with <see cref="NotEnteredReason.Unreachable"/>.</summary>
    Fail,

    /// <summary>It runs without protection: after a second attempt, a <see cref="Lease"/> that is not <see cref="Lease.IsGuarded"/>. No deploy waits for it.</summary>
    Run,
}
