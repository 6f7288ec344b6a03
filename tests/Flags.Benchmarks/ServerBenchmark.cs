using System.Diagnostics;
using System.Globalization;
using System.Text;
using Flags.Store;
using Flags.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Flags.Benchmarks;

/// <summary>The server over HTTP beside its floors, in turns on the same machine and database.</summary>
internal static class ServerBenchmark
{
    public static async Task RunAsync(bool quick)
    {
        // Not CreateTempSubdirectory: as root, PostgreSQL runs as somebody who could not enter it.
        string folder = Path.Combine(Path.GetTempPath(), $"flags-bench-{Guid.NewGuid():N}");
        // As shipped: a write is on the disk before it is acknowledged.
        await using EmbeddedPostgres postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDir = Path.Combine(folder, "data") }, NullLogger.Instance, CancellationToken.None);
        await StoreStartup.MigrateAsync(postgres.ConnectionString);
        await using TestServer server = await TestServer.StartAsync(postgres.ConnectionString);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Server, {Environment.ProcessorCount} cores, .NET {Environment.Version}, medians of rounds in turns"));
        Console.WriteLine();
        Console.WriteLine("| | floor | Flags | ratio |");
        Console.WriteLine("|---|---:|---:|---:|");
        await ToggleAsync(server, quick);
        foreach (int callers in (int[])[16, 64, 256])
            await SnapshotAsync(server, callers, quick);
    }

    /// <summary>One caller that switches one feature: milliseconds a write.</summary>
    private static async Task ToggleAsync(TestServer server, bool quick)
    {
        await using NpgsqlConnection connection = new(server.ConnectionString);
        await connection.OpenAsync();
        int each = quick ? 20 : 200, rounds = quick ? 3 : 11;
        double[] bare = new double[rounds], rest = new double[rounds];
        for (int round = -1; round < rounds; round++)
        {
            double bareNow = await TimeAsync(each, on => BareAsync(connection, on)), restNow = await TimeAsync(each, on => SwitchAsync(server, on));
            if (round >= 0)
                (bare[round], rest[round]) = (bareNow, restNow);
        }

        Row("toggle, ms (floor: the same three statements by bare Npgsql)", bare, rest, (floor, flags) => flags / floor);
    }

    /// <summary>Callers that ask whether anything changed: answers a second. The more ask at once, the more share one look at the database.</summary>
    private static async Task SnapshotAsync(TestServer server, int callers, bool quick)
    {
        await using WebApplication empty = Empty();
        await empty.StartAsync();
        var emptyAddress = new Uri(empty.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        using HttpResponseMessage first = await server.Http.GetAsync("/api/v1/snapshot");
        byte[] ask = Encoding.ASCII.GetBytes($"GET /api/v1/snapshot HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {(await server.MintAsync("evaluate")).Key}\r\nIf-None-Match: {first.Headers.ETag}\r\n\r\n");
        byte[] nothing = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestServer.AdminKey}\r\nIf-None-Match: {first.Headers.ETag}\r\n\r\n");
        int rounds = quick ? 3 : 7;
        TimeSpan length = TimeSpan.FromSeconds(quick ? 0.5 : 1);
        double[] floor = new double[rounds], flags = new double[rounds];
        for (int round = -1; round < rounds; round++)
        {
            double floorNow = await Load.RunAsync(emptyAddress, nothing, "HTTP/1.1 204", callers, length), flagsNow = await Load.RunAsync(server.Address, ask, "HTTP/1.1 304", callers, length);
            if (round >= 0)
                (floor[round], flags[round]) = (floorNow, flagsNow);
        }

        Row($"GET /snapshot with If-None-Match and key, {callers} callers, answers/s (floor: an empty endpoint)", floor, flags, (f, mine) => mine / f);
    }

    internal static WebApplication Empty()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapGet("/", () => Microsoft.AspNetCore.Http.TypedResults.NoContent());
        return app;
    }

    private static async Task BareAsync(NpgsqlConnection connection, bool on)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using (var update = new NpgsqlCommand("update flags.features set boolean = $1, updated_at = clock_timestamp() where name = 'jobs_processing'", connection, transaction))
        {
            update.Parameters.AddWithValue(on);
            await update.ExecuteNonQueryAsync();
        }

        await using (var audit = new NpgsqlCommand("insert into flags.audit (caller_id, caller_name, caller_kind, what, target, change) values ('b', 'bare', 'key', 'bench', 'jobs_processing', '{\"boolean\":{\"before\":true,\"after\":false}}')", connection, transaction))
            await audit.ExecuteNonQueryAsync();
        await using (var notify = new NpgsqlCommand("notify flags", connection, transaction))
            await notify.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private static async Task SwitchAsync(TestServer server, bool on)
    {
        using HttpResponseMessage response = await server.Http.PostAsync($"/api/v1/features/jobs_processing/{(on ? "enable" : "disable")}", null);
        response.EnsureSuccessStatusCode();
    }

    private static async Task<double> TimeAsync(int times, Func<bool, Task> write)
    {
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < times; i++)
            await write(i % 2 != 0);
        return watch.Elapsed.TotalMilliseconds / times;
    }

    private static void Row(string what, double[] floor, double[] flags, Func<double, double, double> ratio)
    {
        double[] ratios = [.. floor.Zip(flags, ratio)];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {Median(floor):#,0.00} | {Median(flags):#,0.00} | {Median(ratios):0.00} |"));
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
