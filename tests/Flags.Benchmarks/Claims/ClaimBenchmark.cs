using System.Globalization;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flags.Benchmarks;

/// <summary>Claims and takeovers on a database as shipped: what is acknowledged is on the disk.</summary>
internal static class ClaimBenchmark
{
    public static async Task RunAsync(bool quick)
    {
        // Not CreateTempSubdirectory: as root, PostgreSQL runs as somebody who could not enter it.
        string folder = Path.Combine(Path.GetTempPath(), $"flags-bench-{Guid.NewGuid():N}");
        await using (EmbeddedPostgres postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDir = Path.Combine(folder, "data") }, NullLogger.Instance, CancellationToken.None))
        {
            await StoreStartup.MigrateAsync(postgres.ConnectionString);
            await using TestServer server = await TestServer.StartAsync(postgres.ConnectionString);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Claims of new keys a second, {Environment.ProcessorCount} cores, .NET {Environment.Version}, medians of rounds in turns"));
            Console.WriteLine();
            await using (var throughput = new ClaimThroughput(server))
                await throughput.RunAsync(quick);
            Console.WriteLine();
            await new TakeoverGap(server).RunAsync(quick);
        }

        Directory.Delete(folder, recursive: true);
    }
}
