namespace Flags.Core;

/// <summary>Body of <c>PUT /api/v1/workers/{id}</c>: a worker reports that it lives, and in which state.</summary>
public sealed record Heartbeat
{
    /// <summary>What it works as, at most 255 characters: all that can stand in for each other have one role.</summary>
    public required string Role { get; init; }

    /// <summary>Which version of the program it is, at most 255 characters.</summary>
    public required string Version { get; init; }

    /// <summary><c>starting</c>, <c>ready</c>, <c>quiet</c> (takes no new jobs) or <c>stopped</c>; it never goes back.</summary>
    public required string State { get; init; }

    /// <summary>Where it runs, for people, at most 255 characters; null leaves what was said before.</summary>
    public string? Host { get; init; }

    /// <summary>How many jobs run in it, for people: 0 to 10 000; null says nothing.</summary>
    public int? Leases { get; init; }
}

/// <summary>Answer to a heartbeat.</summary>
/// <param name="Instruction"><c>none</c>, <c>quiet</c> (take no new jobs) or <c>terminate</c> (end). It never goes back.</param>
/// <param name="HeartbeatInSeconds">When to report again.</param>
public sealed record HeartbeatAnswer(string Instruction, double HeartbeatInSeconds);

/// <summary>A worker as others see it.</summary>
/// <param name="Id">One life of a process.</param>
/// <param name="Role">What it works as.</param>
/// <param name="Version">Which version of the program.</param>
/// <param name="State"><c>starting</c>, <c>ready</c>, <c>quiet</c> or <c>stopped</c>.</param>
/// <param name="Lost">Whether it has missed three heartbeats; it may come back.</param>
/// <param name="Instruction">What it was told: <c>none</c>, <c>quiet</c> or <c>terminate</c>.</param>
/// <param name="Host">Where it runs; null if it does not say.</param>
/// <param name="Leases">How many jobs run in it; null if it does not say.</param>
/// <param name="StartedAt">Its first heartbeat, by the database's clock.</param>
/// <param name="Since">In this state since.</param>
/// <param name="SeenSecondsAgo">How long ago its last heartbeat was.</param>
public sealed record WorkerInfo(
    string Id, string Role, string Version, string State, bool Lost, string Instruction, string? Host, int? Leases, DateTimeOffset StartedAt, DateTimeOffset Since, double SeenSecondsAgo);

/// <summary>Workers by role, version and age; those that stopped or were lost are listed for a day.</summary>
public sealed record WorkerList(IReadOnlyList<WorkerInfo> Workers);

/// <summary>Body of <c>POST /api/v1/workers/quiet</c> and <c>/terminate</c>: all that match are told.</summary>
public sealed record InstructWorkers
{
    /// <summary>The role, required: no call tells everybody.</summary>
    public required string Role { get; init; }

    /// <summary>Only this version; null for any.</summary>
    public string? Version { get; init; }

    /// <summary>Every version but this one; null for any.</summary>
    public string? ExceptVersion { get; init; }

    /// <summary>Only this worker; null for any.</summary>
    public string? Id { get; init; }
}

/// <summary>Answer to an instruction: how many workers that live have it now. They hear of it with their next heartbeat.</summary>
public sealed record InstructedWorkers(int Told);
