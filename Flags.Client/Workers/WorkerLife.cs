using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flags.Client;

/// <summary>Moves the worker through its states with its host.</summary>
internal sealed partial class WorkerLife : IHostedLifecycleService, IDisposable
{
    /// <summary>What the host needs at the end of its time: cancelled jobs leave, services stop, <c>stopped</c> is sent.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource ends = new();
    private readonly FlagsWorker worker;
    private readonly FlagsClient flags;
    private readonly IHostApplicationLifetime lifetime;
    private readonly FlagsWorkerOptions options;
    private readonly TimeSpan shutdown;
    private readonly ILogger<FlagsWorker> logger;
    private readonly ReadyFile file;
    private readonly Heartbeats beats;
    private CancellationTokenRegistration stopping;
    private Task running = Task.CompletedTask;
    private long stoppedAt;

    public WorkerLife(FlagsWorker worker, FlagsClient flags, IHostApplicationLifetime lifetime, IOptions<FlagsWorkerOptions> options, IOptions<HostOptions> host, ILogger<FlagsWorker> logger)
    {
        (this.worker, this.flags, this.lifetime, this.options, shutdown, this.logger) = (worker, flags, lifetime, options.Value, host.Value.ShutdownTimeout, logger);
        file = new ReadyFile(this.options.ReadyFile, $"{worker.Id} {worker.Role} {worker.Version}\n", flags.Time, logger);
        beats = new Heartbeats(worker, flags, this.options.Heartbeat, file, logger) { Told = Obey };
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        file.Clear();
        stopping = lifetime.ApplicationStopping.Register(Stop);
        running = Task.Run(() => beats.RunAsync(ends.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (options.ReadyWhen is { } when)
            _ = ReadyLaterAsync(when);
        else
            BecomeReady();
        return Task.CompletedTask;
    }

    /// <summary>Before any service of the host is stopped: jobs that run finish, as long as the host's time allows.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Stop();
        TimeSpan reserve = shutdown / 2 < Reserve ? shutdown / 2 : Reserve;
        TimeSpan grace = shutdown == Timeout.InfiniteTimeSpan ? Timeout.InfiniteTimeSpan : shutdown - reserve - flags.Time.GetElapsedTime(stoppedAt);
        if (await EmptyAsync(grace, cancellationToken).ConfigureAwait(false))
            return;
        LogCut(worker.Role, flags.Jobs.Count, grace.TotalSeconds);
        // They leave by themselves when they stop. What does not even then still runs, so its lease must not be given back: it ends with its TTL.
        flags.Jobs.Lose("the worker stops, and its time is over");
        await EmptyAsync(reserve / 2, cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        worker.Reach(WorkerState.Stopped);
        await ends.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // No token of the host's: a worker that had to hurry has stopped as well.
        await beats.BeatAsync(options.LastWord, CancellationToken.None).ConfigureAwait(false);
    }

    public void Dispose()
    {
        file.Remove();
        ends.Cancel();
        stopping.Dispose();
    }

    private void BecomeReady()
    {
        if (!worker.Reach(WorkerState.Ready))
            return;
        file.Touch();
        beats.Poke();
    }

    private async Task ReadyLaterAsync(Func<CancellationToken, Task> when)
    {
        try
        {
            await when(worker.Quiet).ConfigureAwait(false);
            BecomeReady();
        }
        catch (OperationCanceledException) when (worker.IsQuiet)
        {
            // It was told to end before it began.
        }
        catch (Exception failure)
        {
            // Whatever it is: the worker's own code says that it cannot work.
            LogNeverReady(failure, worker.Role);
        }
    }

    /// <summary>The process is ending. The file first: nobody shall count on this worker any more.</summary>
    private void Stop()
    {
        BecomeQuiet();
        if (Interlocked.CompareExchange(ref stoppedAt, flags.Time.GetTimestamp(), 0) == 0)
            flags.Jobs.Close();
    }

    private void BecomeQuiet()
    {
        file.Remove();
        if (worker.Reach(WorkerState.Quiet))
            beats.Poke();
    }

    private void Obey(string instruction)
    {
        BecomeQuiet();
        if (instruction == "terminate")
            lifetime.StopApplication();
    }

    private async Task<bool> EmptyAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        long started = flags.Time.GetTimestamp();
        while (flags.Jobs.Count > 0)
        {
            TimeSpan left = within == Timeout.InfiniteTimeSpan ? within : within - flags.Time.GetElapsedTime(started);
            if ((left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan) || cancellationToken.IsCancellationRequested)
                return false;
            await flags.Jobs.Empty.WaitAsync(left, flags.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return true;
    }

    [LoggerMessage(166, LogLevel.Warning, "Worker {Role} stops with {Count} jobs that did not finish within {Seconds:0.0} s; they are cancelled.")]
    private partial void LogCut(string role, int count, double seconds);

    [LoggerMessage(167, LogLevel.Critical, "Worker {Role} never becomes ready: what it waits for failed.")]
    private partial void LogNeverReady(Exception exception, string role);
}
