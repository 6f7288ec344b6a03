using System.Diagnostics;
using Flags.Testing;
using Npgsql;

namespace Flags.Checker;

/// <summary>A run through REST on two replicas, with jobs in processes of their own, while a nemesis breaks things.</summary>
public static class ChaosRun
{
    private const double LongestLeaseSeconds = 2;

    private static readonly string[] Features = ["red", "blue"];

    public static async Task<RunResult> RunAsync(RunOptions options)
    {
        // A server of its own: it is crashed, and nobody else's tests with it.
        await using var postgres = new TestPostgres();
        string database = await PrepareAsync(postgres);
        string key = $"checker-{Guid.NewGuid():N}-{Guid.NewGuid():N}";
        var recorder = new Recorder();
        await using var one = new Replica(database, key, LongestLeaseSeconds);
        await using var two = new Replica(database, key, LongestLeaseSeconds);
        Replica[] replicas = [one, two];
        await Task.WhenAll(replicas.Select(replica => replica.ReadyAsync()));
        await using var door = new RestDoor(replicas.Select(replica => replica.Address), key);
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
        stage.Loops.Add(new Nemesis(stage.ConnectionString, breaker, stage.ChanceOf("nemesis"), replicas, jobs, recovery).RunAsync(stop.Token));
        await Task.WhenAll(stage.Loops);
        await jobs.EndAsync();
    }

    /// <summary>Every commit survives a crash of a process, as in production; only power cuts are left out.</summary>
    private static async Task<string> PrepareAsync(TestPostgres postgres)
    {
        string database = await postgres.CreateDatabaseAsync(CancellationToken.None);
        await (await StoreDoor.OpenAsync(database, TimeSpan.FromSeconds(LongestLeaseSeconds))).DisposeAsync();
        await new Resource(database).CreateAsync();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"alter database {connection.Database} set synchronous_commit = on", connection);
        await command.ExecuteNonQueryAsync();
        return database;
    }
}
