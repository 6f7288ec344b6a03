using Flags.Core;

namespace Flags.Client;

public partial interface IFlagsApi
{
    /// <summary>A worker reports its state, and hears what it is told. Needs <c>worker</c>; 409 <c>worker-state</c> for a state that it has passed, 409 <c>id-reused</c> for another process's id.</summary>
    /// <param name="id">One life of a process, at most 255 characters.</param>
    /// <param name="heartbeat">Role, version, state.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Put("/api/v1/workers/{id}")]
    Task<HeartbeatAnswer> HeartbeatAsync(string id, [Body] Heartbeat heartbeat, CancellationToken cancellationToken = default);

    /// <summary>Workers of all states, by role, version and age. Needs <c>read</c>.</summary>
    /// <param name="role">Only this role; null for all.</param>
    /// <param name="version">Only this version; null for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/workers")]
    Task<WorkerList> ListWorkersAsync([Query] string? role = null, [Query] string? version = null, CancellationToken cancellationToken = default);

    /// <summary>The ready workers, when there are enough of them. Needs <c>read</c>; 423 <c>workers-missing</c> with what the others do.</summary>
    /// <param name="role">The role.</param>
    /// <param name="version">Only this version; null for any.</param>
    /// <param name="min">How many, 1 to 10 000; null means 1.</param>
    /// <param name="wait">How long to wait for them, up to 55 s; null does not wait.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/api/v1/workers/ready")]
    Task<WorkerList> GetReadyWorkersAsync([Query] string role, [Query] string? version = null, [Query] int? min = null, [Query] Duration? wait = null, CancellationToken cancellationToken = default);

    /// <summary>Tells workers to take no new jobs; they hear it with their next heartbeat. Needs <c>hold</c>.</summary>
    /// <param name="which">Which workers.</param>
    /// <param name="options">Reason; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/workers/quiet")]
    Task<InstructedWorkers> QuietWorkersAsync([Body] InstructWorkers which, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Tells workers to end; they hear it with their next heartbeat. Needs <c>hold</c>.</summary>
    /// <param name="which">Which workers.</param>
    /// <param name="options">Reason; null for none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/api/v1/workers/terminate")]
    Task<InstructedWorkers> TerminateWorkersAsync([Body] InstructWorkers which, [Property(WriteOptions.Property)] WriteOptions? options = null, CancellationToken cancellationToken = default);
}
