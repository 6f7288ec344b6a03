using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Flags.Testing;

namespace Flags.Checker;

/// <summary>A real server, as a process.</summary>
public sealed class Replica : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string> environment;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly ConcurrentQueue<string> said = new();
    private readonly Socket place = Place();
    private ChildProcess process;

    /// <param name="connectionString">Its database.</param>
    /// <param name="key">The bootstrap key.</param>
    /// <param name="longestLeaseSeconds">The longest life of a lease.</param>
    /// <param name="patient">Whether a read waits for a busy machine, too; where the database is broken on purpose the limits are those of production, which the arithmetic of histories counts with.</param>
    public Replica(string connectionString, string key, double longestLeaseSeconds, bool patient = false)
    {
        Address = new Uri($"http://{place.LocalEndPoint}");
        if (!OperatingSystem.IsLinux())
            place.Dispose();
        environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__Flags"] = connectionString,
            ["Flags__Setup__AdminKey"] = key,
            ["Flags__Leases__MaxTtl"] = $"{longestLeaseSeconds}s",
            ["ASPNETCORE_URLS"] = Address.ToString(),
            ["Logging__LogLevel__Default"] = "Error",
            ["DOTNET_gcServer"] = "0",
        };
        if (patient)
            environment["Flags__ReadPatience"] = Eventually.Deadline.ToString();
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
        place.Dispose();
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

    /// <summary>
    /// Bound for good and never listening: the system gives the port to nobody else, not between two servers either, and refuses calls while no server is
    /// there. On Linux a server may still listen at it, since both sockets say SO_REUSEADDR, as .NET's do; elsewhere it may not, and the port is only chosen.
    /// </summary>
    private static Socket Place()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
