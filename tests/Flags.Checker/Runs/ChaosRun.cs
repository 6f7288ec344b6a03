using System.Diagnostics;
using System.Globalization;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Flags.Checker;

/// <summary>A run through REST on two replicas, with jobs in processes of their own, while a nemesis breaks things.</summary>
public static class ChaosRun
{
    private const double LongestLeaseSeconds = 2;

    private static readonly string[] Features = ["red", "blue"];

    public static async Task<RunResult> RunAsync(RunOptions options)
    {
        // A server of its own, since it is crashed, and with the settings of production: those of tests lose commits and sequences in a crash.
        string folder = TestFolders.NewPath();
        int postmaster = 0;
        try
        {
            await using EmbeddedPostgres postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDir = folder, Download = false }, NullLogger.Instance, CancellationToken.None);
            postmaster = int.Parse(File.ReadLines(Path.Combine(folder, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
            return await RunAsync(options, postgres.ConnectionString);
        }
        finally
        {
            // Whoever stops it waits some seconds, and on a busy machine it writes longer than that.
            await Eventually.TrueAsync(() => !ChildProcess.Runs(postmaster), "PostgreSQL has ended");
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<RunResult> RunAsync(RunOptions options, string database)
    {
        await new Resource(database).CreateAsync();
        string key = $"checker-{Guid.NewGuid():N}-{Guid.NewGuid():N}";
        var recorder = new Recorder();
        await using var one = new Replica(database, key, LongestLeaseSeconds);
        await using var two = new Replica(database, key, LongestLeaseSeconds);
        Replica[] replicas = [one, two];
        await Task.WhenAll(replicas.Select(replica => replica.ReadyAsync()));
        await using var door = new RestDoor(replicas.Select(replica => replica.Address), key);
        await door.WarmAsync();
        var stage = new Stage(database, door, recorder, options.Seed);
        foreach (string feature in Features)
            await stage.FeatureAsync(feature);
        await using var jobs = new JobProcesses(recorder, (name, n) => JobProcess.Start(name, options.Seed + n, replicas.Select(r => r.Address), Features, (database, key), recorder));
        jobs.Start();
        jobs.Start();
        long began = Stopwatch.GetTimestamp();
        await PlayAsync(options, stage, replicas, jobs);
        NpgsqlConnection.ClearAllPools();
        await Books.ReadAsync(database, stage.ClientOf("books"));
        return await FastRun.EndAsync(options, recorder, Stopwatch.GetElapsedTime(began));
    }

    private static async Task PlayAsync(RunOptions options, Stage stage, IReadOnlyList<Replica> replicas, JobProcesses jobs)
    {
        using var stop = new CancellationTokenSource(options.Duration);
        var habits = new DeployHabits
        {
            LeastTtl = 2,
            MostTtl = 3,
            LeastStay = 10,
            MostStay = 150,
            LeastPause = 150,
            MostPause = 700,
            Poll = 20,
            Wait = TimeSpan.FromSeconds(1),
            Dead = 0.1,
            Extend = 0.3,
            Revoke = 0.1,
        };
        stage.Deploys([Features[0]], 1, habits, stop.Token);
        stage.Deploys([Features[1]], 1, habits, stop.Token);
        stage.Deploys([.. Features.Reverse()], 1, habits with { Dead = 0, LeastPause = 400, MostPause = 1_500 }, stop.Token);
        Client breaker = stage.ClientOf("nemesis");
        var recovery = new Recovery(breaker, stage.ConnectionString, stage.ChanceOf("recovery"));
        stage.Add(new Nemesis(stage.ConnectionString, breaker, stage.ChanceOf("nemesis"), replicas, jobs, recovery).RunAsync, stop.Token);
        stage.Start();
        await Task.WhenAll(stage.Loops);
        await jobs.EndAsync();
    }
}
