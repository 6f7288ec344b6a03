using System.Globalization;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flags.Benchmarks;

/// <summary>Holds and leases on a database as shipped: what is acknowledged is on the disk.</summary>
internal static class LeaseBenchmark
{
    private const string Feature = "jobs_processing";

    public static async Task RunAsync(bool quick)
    {
        // Not CreateTempSubdirectory: as root, PostgreSQL runs as somebody who could not enter it.
        string folder = Path.Combine(Path.GetTempPath(), $"flags-bench-{Guid.NewGuid():N}");
        await using (EmbeddedPostgres postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDir = Path.Combine(folder, "data") }, NullLogger.Instance, CancellationToken.None))
        {
            await StoreStartup.MigrateAsync(postgres.ConnectionString);
            await using TestServer server = await TestServer.StartAsync(postgres.ConnectionString);
            StoredFeature stored = (await server.Services.GetRequiredService<FeatureCache>().ReadAsync()).Set.Find(Feature)!;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Leases, {Environment.ProcessorCount} cores, .NET {Environment.Version}, pairs of enter and leave a second, medians of rounds in turns"));
            Console.WriteLine();
            await using (var throughput = new LeaseThroughput(server, Feature, stored))
                await throughput.RunAsync(quick);
            Console.WriteLine();
            await new LeaseLatency(server, Feature, quick).RunAsync();
            await new DeadDeploys(server).RunAsync(quick);
        }

        Directory.Delete(folder, recursive: true);
    }
}
