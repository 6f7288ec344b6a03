namespace Flags.Checker;

/// <summary>What a client asked for, what the run did to the system, or what the database says at the end.</summary>
public enum Operation
{
    /// <summary>A job asks to enter.</summary>
    Enter,

    /// <summary>A job renews its lease.</summary>
    Renew,

    /// <summary>A job leaves.</summary>
    Leave,

    /// <summary>A job writes to a resource in a transaction that asserts its lease; <c>Count</c> is the resource's own order.</summary>
    Write,

    /// <summary>A deploy places a hold.</summary>
    Place,

    /// <summary>A deploy renews its hold.</summary>
    Extend,

    /// <summary>A deploy asks whether everybody has left.</summary>
    Drain,

    /// <summary>A deploy gives its hold back.</summary>
    Release,

    /// <summary>A deploy tells the jobs to stop.</summary>
    Revoke,

    /// <summary>A drained deploy writes its token to the resource; <c>Count</c> is the resource's own order.</summary>
    Publish,

    /// <summary>Somebody claims <c>Key</c>.</summary>
    Claim,

    /// <summary>A claim is renewed.</summary>
    RenewClaim,

    /// <summary>A claim is done, with <c>Result</c>.</summary>
    Complete,

    /// <summary>A claim is given back.</summary>
    Abandon,

    /// <summary>A worker says what <c>State</c> it is in, and hears its <c>Instruction</c>.</summary>
    Beat,

    /// <summary>A deploy tells a worker what to do.</summary>
    Instruct,

    /// <summary>Somebody reads a worker's state.</summary>
    Look,

    /// <summary>A feature is turned off.</summary>
    Disable,

    /// <summary>A feature is turned on.</summary>
    Enable,

    /// <summary>Somebody asks how many are inside; <c>Count</c> is the answer.</summary>
    Settle,

    /// <summary>The feature was made, with <c>Count</c> as its limit (0: none).</summary>
    Feature,

    /// <summary>A new generation began; <c>At</c> by the database's clock, guarded for <c>ExpiresInSeconds</c>.</summary>
    Generation,

    /// <summary>An admin ended the recovery guard.</summary>
    Waive,

    /// <summary>The run broke something; waits are not judged between <c>Sent</c> and <c>Answered</c>.</summary>
    Fault,

    /// <summary>The database crashed: like <see cref="Fault"/>, and a leave acknowledged just before may be forgotten.</summary>
    Crash,

    /// <summary>At the end: a row of the audit; <c>Outcome</c> is what, <c>Id</c> the hold, <c>Count</c> its transaction.</summary>
    AuditRow,

    /// <summary>At the end: a row of the holds; <c>Outcome</c> is how it ended, <c>At</c> when it drained, <c>Count</c> its transaction.</summary>
    HoldRow,
}
