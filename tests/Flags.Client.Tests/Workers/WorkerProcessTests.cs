using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>A worker's whole life, as a process that gets signals.</summary>
public sealed class WorkerProcessTests(FlagsServer server) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("flags-worker-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string ReadyFile => Path.Combine(folder, "ready");

    [Fact]
    public async Task On_SIGTERM_the_ready_file_goes_first_the_job_finishes_and_then_the_worker_stops()
    {
        await server.OpenAsync("worker_life");
        using WorkerProcess process = Start("worker_life", "10m", kind: "told");
        await Eventually.TrueAsync(() => File.Exists(ReadyFile), "it is ready");
        WorkerInfo worker = await SeenAsync("worker_life", "ready");
        Assert.Equal(($"{worker.Id} worker_life v1\n", "v1"), (await File.ReadAllTextAsync(ReadyFile, Cancellation), worker.Version));
        DateTime written = File.GetLastWriteTimeUtc(ReadyFile);
        await Eventually.TrueAsync(() => File.GetLastWriteTimeUtc(ReadyFile) > written, "it is touched");
        await server.IsInsideAsync("worker_life", 1);
        await SeenAsync("worker_life", "ready", leases: 1);
        await process.SaysAsync("begun");

        process.Signal(WorkerProcess.Term);
        await Eventually.TrueAsync(() => !File.Exists(ReadyFile), "the file is gone");
        Assert.DoesNotContain("done", process.Output, StringComparison.Ordinal);
        await SeenAsync("worker_life", "quiet");
        Assert.Single(await server.InsideAsync("worker_life"));
        await process.SaysAsync("quiet");
        process.Finish();

        Assert.Equal(0, await process.ExitAsync());
        Assert.Equal(["begun", "quiet", "done", "stopped"], process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        // That the server hears it is another test's: a process has a second for its last word, and no longer.
        Assert.Empty(await server.InsideAsync("worker_life"));
        Assert.False(File.Exists(ReadyFile));
    }

    [Fact]
    public async Task A_job_that_is_too_long_is_cancelled_before_the_host_ends()
    {
        await server.OpenAsync("worker_long");
        using WorkerProcess process = Start("worker_long", "10m", more: [("DOTNET_SHUTDOWNTIMEOUTSECONDS", "3")]);
        await process.SaysAsync("begun");
        long began = TimeProvider.System.GetTimestamp();
        process.Signal(WorkerProcess.Term);

        await process.SaysAsync("cut");
        // Two seconds before the end of three.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0.9, 15);
        Assert.Equal(0, await process.ExitAsync());
    }

    [Fact]
    public async Task A_worker_that_is_killed_leaves_a_file_that_ages_and_is_no_ready_worker()
    {
        await server.OpenAsync("worker_killed");
        using WorkerProcess process = Start("worker_killed", "10m");
        await process.SaysAsync("begun");
        await Eventually.TrueAsync(() => File.Exists(ReadyFile), "it is ready");
        process.Kill();

        DateTime touched = File.GetLastWriteTimeUtc(ReadyFile);
        await Task.Delay(TimeSpan.FromMilliseconds(500), Cancellation);
        Assert.Equal(touched, File.GetLastWriteTimeUtc(ReadyFile));
        // The next life on the same disk begins without it.
        using WorkerProcess next = Start("worker_killed", "1ms", more: [("FLAGS_URL", Listener.Refusing()), ("FLAGS_READY_FILE", ReadyFile)]);
        await Eventually.TrueAsync(() => !File.Exists(ReadyFile) || File.GetLastWriteTimeUtc(ReadyFile) > touched, "the old file is gone");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private WorkerProcess Start(string name, string length, string kind = "job", params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string?> { ["FLAGS_WORKER_ROLE"] = name, ["FLAGS_WORKER_VERSION"] = "v1", ["FLAGS_READY_FILE"] = ReadyFile };
        foreach ((string variable, string value) in more)
            environment[variable] = value;
        return WorkerProcess.Start(server, environment, kind, name, length);
    }

    /// <summary>The worker as its heartbeats tell it: they say so soon, not at once.</summary>
    private async Task<WorkerInfo> SeenAsync(string role, string state, int? leases = null)
    {
        WorkerInfo? seen = null;
        await Eventually.TrueAsync(async () =>
        {
            seen = (await server.Api.ListWorkersAsync(role, null, Cancellation)).Workers is [var worker, ..] ? worker : null;
            return seen?.State == state && (leases is null || seen.Leases == leases);
        }, $"{role} is {state} with {leases} leases");
        return seen!;
    }
}
