using System.Globalization;
using System.Text;
using Flags.Store;
using Flags.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flags.Benchmarks;

/// <summary>Flipper's API and OFREP with 100 features, beside an empty endpoint in the same run; everything answered in whole, and once as polls without news.</summary>
internal static class WireBenchmark
{
    private const int Features = 100;

    private const string Context = """{"context":{"targetingKey":"User;7","plan":"pro","country":"DE"}}""";

    public static async Task RunAsync(bool quick)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"flags-bench-{Guid.NewGuid():N}");
        await using EmbeddedPostgres postgres = await EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDir = Path.Combine(folder, "data") }, NullLogger.Instance, CancellationToken.None);
        await StoreStartup.MigrateAsync(postgres.ConnectionString);
        await using TestServer server = await TestServer.StartAsync(postgres.ConnectionString);
        await FillAsync(server);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Wires, {Features} features, {Environment.ProcessorCount} cores, .NET {Environment.Version}, medians of rounds in turns"));
        Console.WriteLine();
        Console.WriteLine("| answers/s | callers | empty endpoint | Flags | ratio |");
        Console.WriteLine("|---|---:|---:|---:|---:|");
        string flipperTag = await TagAsync(server, "GET", "/flipper/features?exclude_gate_names=true", null), ofrepTag = await TagAsync(server, "POST", "/ofrep/v1/evaluate/flags", Context);
        foreach (int callers in (int[])[16, 64, 256])
        {
            await RowAsync(server, "GET /flipper/features", callers, "GET /flipper/features", null, null, quick);
            await RowAsync(server, "GET /flipper/features, If-None-Match", callers, "GET /flipper/features?exclude_gate_names=true", null, flipperTag, quick);
            await RowAsync(server, "OFREP bulk evaluation", callers, "POST /ofrep/v1/evaluate/flags", Context, null, quick);
            await RowAsync(server, "OFREP bulk evaluation, If-None-Match", callers, "POST /ofrep/v1/evaluate/flags", Context, ofrepTag, quick);
        }

        await WritesAsync(server, quick);
    }

    /// <summary>A mixture as stores have it: most are booleans, every fifth something else.</summary>
    private static async Task FillAsync(TestServer server)
    {
        string[] gates = ["""{"boolean":"true"}""", """{}""", """{"boolean":"true"}""", """{"actors":["User;1","User;2"]}""", """{"percentage_of_actors":"25"}""", """{"expression":{"Equal":[{"Property":["plan"]},"pro"]}}""", """{}""", """{"boolean":"true"}""", """{"groups":["admins"]}""", """{"percentage_of_time":"10"}"""];
        string features = string.Join(",", Enumerable.Range(0, Features).Select(i => $"\"feature_{i:000}\":{gates[i % gates.Length]}"));
        using HttpResponseMessage response = await server.Http.PostAsync("/flipper/import", new StringContent($$"""{"version":1,"features":{ {{features}} } }"""));
        response.EnsureSuccessStatusCode();
    }

    private static async Task<string> TagAsync(TestServer server, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body) };
        // The tag covers the stream's address, which is the key's own.
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        return response.Headers.ETag!.ToString();
    }

    private static async Task RowAsync(TestServer server, string what, int callers, string line, string? body, string? tag, bool quick)
    {
        await using WebApplication empty = ServerBenchmark.Empty();
        await empty.StartAsync();
        var emptyAddress = new Uri(empty.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        byte[] ask = Request(line, body, tag), nothing = Request("GET /", null, null);
        int rounds = quick ? 3 : 7;
        TimeSpan length = TimeSpan.FromSeconds(quick ? 0.5 : 1);
        double[] floor = new double[rounds], flags = new double[rounds];
        for (int round = -1; round < rounds; round++)
        {
            double floorNow = await Load.RunAsync(emptyAddress, nothing, "HTTP/1.1 204", callers, length);
            double flagsNow = await WireLoad.RunAsync(server.Address, ask, tag is null ? "HTTP/1.1 200" : "HTTP/1.1 304", callers, length);
            if (round >= 0)
                (floor[round], flags[round]) = (floorNow, flagsNow);
        }

        double ratio = Median([.. floor.Zip(flags, (f, mine) => mine / f)]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {callers} | {Median(floor):#,0} | {Median(flags):#,0} | {ratio:0.00} |"));
    }

    /// <summary>One feature switched by one caller, and a hundred features by sixteen: each write is on the disk before it is answered.</summary>
    private static async Task WritesAsync(TestServer server, bool quick)
    {
        Console.WriteLine();
        Console.WriteLine("| writes/s | |");
        Console.WriteLine("|---|---:|");
        foreach (int callers in (int[])[1, 16])
        {
            double[] rates = new double[quick ? 3 : 7];
            for (int round = 0; round < rates.Length; round++)
                rates[round] = await WriteAsync(server, callers, TimeSpan.FromSeconds(quick ? 0.5 : 1));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| POST and DELETE /flipper/features/…/boolean in turns, {callers} callers | {Median(rates):#,0} |"));
        }
    }

    private static async Task<double> WriteAsync(TestServer server, int callers, TimeSpan length)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
        {
            int count = 0;
            for (; watch.Elapsed < length; count++)
            {
                using var request = new HttpRequestMessage(count % 2 == 0 ? HttpMethod.Post : HttpMethod.Delete, $"/flipper/features/feature_{caller:000}/boolean");
                using HttpResponseMessage response = await server.Http.SendAsync(request);
                response.EnsureSuccessStatusCode();
            }

            return count;
        }));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static byte[] Request(string line, string? body, string? tag)
    {
        string condition = tag is null ? "" : $"If-None-Match: {tag}\r\n", length = body is null ? "" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";
        return Encoding.UTF8.GetBytes($"{line} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TestServer.AdminKey}\r\n{condition}{length}\r\n{body}");
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
