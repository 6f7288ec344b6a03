using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Flags.Checker;

/// <summary>A real server, as a process.</summary>
public sealed class Replica : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string> environment;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly ConcurrentQueue<string> said = new();
    private ChildProcess process;

    public Replica(string connectionString, string key, double longestLeaseSeconds)
    {
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__Flags"] = connectionString,
            ["Flags__Setup__AdminKey"] = key,
            ["Flags__Leases__MaxTtl"] = $"{longestLeaseSeconds}s",
            ["ASPNETCORE_URLS"] = Address.ToString(),
            ["Logging__LogLevel__Default"] = "Error",
            ["DOTNET_gcServer"] = "0",
        };
        process = Start();
    }

    public Uri Address { get; }

    /// <summary>Killed without a word, and started again at the same address.</summary>
    public async Task CrashAsync()
    {
        await process.KillAsync();
        await process.DisposeAsync();
        process = Start();
    }

    public async Task ReadyAsync()
    {
        var waited = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (process.HasEnded || waited.Elapsed > Patience)
                throw new InvalidOperationException($"The server at {Address} {(process.HasEnded ? "ended by itself" : $"is not ready after {Patience.TotalSeconds} s")}:\n{string.Join('\n', said.TakeLast(60))}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        http.Dispose();
    }

    private ChildProcess Start() => ChildProcess.Start("Flags.Api.dll", [], environment, said.Enqueue);

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri(Address, "/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
