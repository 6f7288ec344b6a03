using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flags.Client;

/// <summary>
/// This process as a worker that deploys see: <c>starting → ready → quiet → stopped</c>, never back. Registered by <c>AddFlagsWorker</c>, for everything
/// that takes jobs by itself: ask <see cref="IsQuiet"/> before taking one. Thread-safe.
/// </summary>
public sealed partial class FlagsWorker : IDisposable
{
    private readonly CancellationTokenSource quiet = new();
    private readonly object gate = new();
    private readonly ILogger<FlagsWorker> logger;
    private WorkerState state;

    internal FlagsWorker(FlagsClient flags, IOptions<FlagsWorkerOptions> options, ILogger<FlagsWorker> logger)
    {
        (Id, Role, Version, this.logger) = (options.Value.Id, options.Value.Role, options.Value.Version, logger);
        // Whoever takes jobs by way of the client need not know the worker.
        flags.Quiet = quiet.Token;
    }

    /// <summary>One life of this process.</summary>
    public string Id { get; }

    /// <summary>What it works as.</summary>
    public string Role { get; }

    /// <summary>Which version of the program it is.</summary>
    public string Version { get; }

    /// <summary>How far it is. While the server does not answer it stays what it is.</summary>
    public WorkerState State
    {
        get
        {
            lock (gate)
                return state;
        }
    }

    /// <summary>Whether it must take no new jobs; running ones finish.</summary>
    public bool IsQuiet => State >= WorkerState.Quiet;

    /// <summary>Fires when it must take no new jobs: a deploy said so, or the process is stopping.</summary>
    public CancellationToken Quiet => quiet.Token;

    /// <summary>For the container that made it.</summary>
    public void Dispose() => quiet.Dispose();

    /// <summary>Role, version, id and state.</summary>
    public override string ToString() => $"{Role} {Version} ({Id}): {State}";

    /// <summary>False when it is there already, or further.</summary>
    internal bool Reach(WorkerState next)
    {
        lock (gate)
        {
            if (next <= state)
                return false;
            state = next;
        }

        LogState(Role, Version, next);
        // The callbacks are somebody else's: what they throw is not for whoever stops the worker.
        if (next >= WorkerState.Quiet)
            _ = quiet.CancelAsync().ContinueWith(failed => LogCallback(failed.Exception!), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return true;
    }

    [LoggerMessage(160, LogLevel.Information, "Worker {Role} {Version} is {State}.")]
    private partial void LogState(string role, string version, WorkerState state);

    [LoggerMessage(161, LogLevel.Error, "What was registered for the worker's becoming quiet failed.")]
    private partial void LogCallback(Exception exception);
}
