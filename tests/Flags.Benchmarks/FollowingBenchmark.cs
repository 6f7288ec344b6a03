using System.Globalization;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Flags.Benchmarks;

/// <summary>
/// From the first byte of the REST call that switches a feature on until clients in another process, on another replica, see it; beside the same
/// way by hand (HTTP, NOTIFY, server-sent events), in turns on the same database.
/// </summary>
internal static class FollowingBenchmark
{
    public static async Task RunAsync(bool quick)
    {
        // Not CreateTempSubdirectory: as root, PostgreSQL runs as somebody who could not enter it.
        string folder = Path.Combine(Path.GetTempPath(), $"flags-bench-{Guid.NewGuid():N}");
        await using EmbeddedPostgres postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDir = Path.Combine(folder, "data") }, NullLogger.Instance, CancellationToken.None);
        await StoreStartup.MigrateAsync(postgres.ConnectionString);
        await using TestServer near = await TestServer.StartAsync(postgres.ConnectionString), far = await TestServer.StartAsync(postgres.ConnectionString);
        await using FloorServers floor = await FloorServers.StartAsync(postgres.ConnectionString);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Switched by REST until seen in another process through another replica, ms, {Environment.ProcessorCount} cores, .NET {Environment.Version}"));
        Console.WriteLine();
        Console.WriteLine("| clients | floor p50 | floor p99 | SDK p50 | SDK p99 | ratio p50 | ratio p99 |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
        await SwitchAsync(near, on: false);
        foreach ((int clients, int rounds) in quick ? [(1, 20), (50, 10), (1000, 5)] : ((int, int)[])[(1, 500), (50, 200), (1000, 60)])
            await RowAsync(near, far, floor, clients, rounds);
        Console.WriteLine();
        await DeafAsync(near, quick);
    }

    private static async Task RowAsync(TestServer near, TestServer far, FloorServers floor, int clients, int rounds)
    {
        await using WatcherProcess sdk = await WatcherProcess.StartAsync("sdk", far.Address, clients), bare = await WatcherProcess.StartAsync("floor", floor.Streams, clients);
        var seen = (Floor: new List<double>(), Sdk: new List<double>(), P50: new List<double>(), P99: new List<double>());
        for (int round = -5; round < rounds; round++)
        {
            double[] bareNow = await bare.MeasureAsync(floor.SwitchAsync), sdkNow = await sdk.MeasureAsync(() => SwitchAsync(near, on: true));
            await SwitchAsync(near, on: false);
            if (round < 0)
                continue;
            seen.Floor.AddRange(bareNow);
            seen.Sdk.AddRange(sdkNow);
            seen.P50.Add(At(sdkNow, 0.5) / At(bareNow, 0.5));
            seen.P99.Add(At(sdkNow, 0.99) / At(bareNow, 0.99));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {clients} | {At(seen.Floor, 0.5):0.0} | {At(seen.Floor, 0.99):0.0} | {At(seen.Sdk, 0.5):0.0} | {At(seen.Sdk, 0.99):0.0} | {At(seen.P50, 0.5):0.00} | {At(seen.P99, 0.5):0.00} |"));
    }

    /// <summary>A replica whose LISTEN hears nothing, and one whose LISTEN is cut at that moment.</summary>
    private static async Task DeafAsync(TestServer near, bool quick)
    {
        // A notification does not leave its database.
        string elsewhere = new NpgsqlConnectionStringBuilder(near.ConnectionString) { Database = "postgres" }.ConnectionString;
        await using TestServer deaf = await TestServer.StartAsync(near.ConnectionString, new Dictionary<string, string?> { ["ConnectionStrings:FlagsListen"] = elsewhere });
        await using TestServer cut = await TestServer.StartAsync(near.ConnectionString);
        foreach ((string what, TestServer replica, Func<Task> before) in ((string, TestServer, Func<Task>)[])[("NOTIFY suppressed", deaf, () => Task.CompletedTask), ("LISTEN killed", cut, () => CutAsync(near))])
        {
            await using WatcherProcess sdk = await WatcherProcess.StartAsync("sdk", replica.Address, 1);
            var seen = new List<double>();
            for (int round = 0; round < (quick ? 5 : 40); round++)
            {
                // Anywhere in the second between two looks.
                await Task.Delay(Random.Shared.Next(1000));
                await before();
                seen.AddRange(await sdk.MeasureAsync(() => SwitchAsync(near, on: true)));
                await SwitchAsync(near, on: false);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: p50 {At(seen, 0.5):0} ms, longest {seen.Max():0} ms of {seen.Count}"));
        }
    }

    private static Task<long> CutAsync(TestServer server) =>
        server.SqlAsync<long>("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'flags listen' and datname = current_database()");

    private static async Task SwitchAsync(TestServer server, bool on)
    {
        using HttpResponseMessage response = await server.Http.PostAsync($"/api/v1/features/jobs_processing/{(on ? "enable" : "disable")}", null);
        response.EnsureSuccessStatusCode();
    }

    private static double At(IReadOnlyCollection<double> values, double share) => values.Order().ElementAt(Math.Min(values.Count - 1, (int)(values.Count * share)));
}
