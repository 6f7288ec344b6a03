using Flags.Core;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>Reports the worker's state, at once when it changes, and hears what it is told. While the server does not answer nothing changes.</summary>
internal sealed partial class Heartbeats(FlagsWorker worker, FlagsClient flags, TimeSpan every, ReadyFile file, ILogger logger)
{
    private const int MostJobs = 10_000;

    private TaskCompletionSource poke = NewSignal();
    private TimeSpan? pause;
    private string? said;

    /// <summary>Told <c>quiet</c> or <c>terminate</c>, again with each heartbeat.</summary>
    public required Action<string> Told { get; init; }

    /// <summary>The state has changed: report it now.</summary>
    public void Poke() => Interlocked.Exchange(ref poke, NewSignal()).TrySetResult();

    public async Task RunAsync(CancellationToken ends)
    {
        while (!ends.IsCancellationRequested)
        {
            Task poked = Volatile.Read(ref poke).Task;
            // A slow answer is one: how often a worker reports is not how long the server may take.
            Task beat = BeatAsync(FlagsWorkerOptions.LongestHeartbeat, ends);
            do
            {
                // While the server is asked, too: its silence must not age the file.
                if (worker.State == WorkerState.Ready)
                    file.Touch();
                await beat.WaitAsync(every, flags.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            while (!beat.IsCompleted);

            await beat.ConfigureAwait(false);
            await poked.WaitAsync(pause ?? every, flags.Time, ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Once.</summary>
    /// <param name="within">How long the server has for an answer.</param>
    /// <param name="ends">Ends it.</param>
    public async Task BeatAsync(TimeSpan within, CancellationToken ends)
    {
        using var late = new CancellationTokenSource(within, flags.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ends);
        try
        {
            HeartbeatAnswer answer = await flags.Api.HeartbeatAsync(worker.Id, Beat(), either.Token).ConfigureAwait(false);
            var asked = TimeSpan.FromSeconds(answer.HeartbeatInSeconds);
            pause = asked > TimeSpan.Zero && asked < every ? asked : null;
            if (said is not null)
                LogHeard(worker.Role);
            said = null;
            if (answer.Instruction is "quiet" or "terminate")
                Told(answer.Instruction);
        }
        catch (FlagsProblemException refusal)
        {
            Report(refusal.Problem.Type, () => LogRefused(worker.Role, refusal.Message));
        }
        catch (Exception failure) when (failure is FlagsUnavailableException or ObjectDisposedException || (failure is OperationCanceledException && !ends.IsCancellationRequested))
        {
            Report("unreachable", () => LogUnheard(worker.Role, worker.State, failure.Message));
        }
        catch (OperationCanceledException)
        {
            // The worker has ended.
        }
    }

    private Heartbeat Beat() => new()
    {
        Role = worker.Role,
        Version = worker.Version,
        State = worker.State switch { WorkerState.Starting => "starting", WorkerState.Ready => "ready", WorkerState.Quiet => "quiet", _ => "stopped" },
        Host = Environment.MachineName,
        Leases = Math.Min(flags.Jobs.Count, MostJobs),
    };

    /// <summary>Once for each kind of trouble, not with every heartbeat.</summary>
    private void Report(string what, Action log)
    {
        if (said != what)
            log();
        said = what;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(163, LogLevel.Warning, "The server does not hear worker {Role}, which stays {State}: {Problem}")]
    private partial void LogUnheard(string role, WorkerState state, string problem);

    [LoggerMessage(164, LogLevel.Information, "The server hears worker {Role} again.")]
    private partial void LogHeard(string role);

    [LoggerMessage(165, LogLevel.Error, "The server refuses the heartbeats of worker {Role}; deploys do not see it: {Problem}")]
    private partial void LogRefused(string role, string problem);
}
