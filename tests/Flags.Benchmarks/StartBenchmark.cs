using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Flags.Testing;

namespace Flags.Benchmarks;

/// <summary>How soon a published server answers on a running, prepared database, and what it weighs when idle.</summary>
internal static class StartBenchmark
{
    public static async Task RunAsync(bool quick)
    {
        string folder = Directory.CreateTempSubdirectory("flags-publish-").FullName;
        await ProcessAsync("dotnet", $"publish Flags.Api -c Release -r {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier} --self-contained false -p:PublishReadyToRun=true -o {folder}");
        string connection = await TestServer.CreateDatabaseAsync();
        var starts = new List<double>();
        double memory = 0;
        for (int i = 0; i < (quick ? 3 : 9); i++)
        {
            (double start, double mebibytes) = await OnceAsync(folder, connection, idle: TimeSpan.FromSeconds(quick ? 2 : 5), measureMemory: i == 1);
            if (i > 0)
                starts.Add(start);
            memory = Math.Max(memory, mebibytes);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Start to first answer, published with ReadyToRun: median {starts.Order().ElementAt(starts.Count / 2):0} ms, best {starts.Min():0} ms; idle memory {memory:0} MiB ({Environment.ProcessorCount} cores)"));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(double Milliseconds, double Mebibytes)> OnceAsync(string folder, string connection, TimeSpan idle, bool measureMemory)
    {
        int port = FreePort();
        var info = new ProcessStartInfo("dotnet", $"{Path.Combine(folder, "Flags.Api.dll")} --urls http://127.0.0.1:{port}") { RedirectStandardOutput = true, WorkingDirectory = folder };
        info.Environment["ConnectionStrings__Flags"] = connection;
        info.Environment["Flags__Setup__AdminKey"] = TestServer.AdminKey;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestServer.AdminKey);
        var watch = Stopwatch.StartNew();
        using Process process = Process.Start(info)!;
        _ = process.StandardOutput.ReadToEndAsync();
        while (!await AnswersAsync(http))
            await Task.Delay(2);
        double milliseconds = watch.Elapsed.TotalMilliseconds;
        double mebibytes = 0;
        if (measureMemory)
        {
            await Task.Delay(idle);
            process.Refresh();
            mebibytes = process.WorkingSet64 / 1048576.0;
        }

        process.Kill();
        await process.WaitForExitAsync();
        return (milliseconds, mebibytes);
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync("/api/v1/snapshot");
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task ProcessAsync(string program, string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(output);
    }
}
