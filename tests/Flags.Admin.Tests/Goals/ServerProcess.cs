using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>A real server in a process of its own, which can be asked to stop and killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int Terminate = 15;

    private readonly string connection;
    private readonly ConcurrentQueue<string> said = new();
    private Process process;

    private ServerProcess(string connection, int port)
    {
        (this.connection, Address) = (connection, new Uri($"http://localhost:{port}"));
        process = Start();
    }

    public Uri Address { get; }

    public IEnumerable<string> Said => said;

    /// <summary>Bytes it has in memory now.</summary>
    public long Memory
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    public static ServerProcess Start(string connection) => new(connection, FreePort());

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Until it takes connections.</summary>
    public Task ListensAsync() => Eventually.TrueAsync(async () =>
    {
        Assert.False(process.HasExited, string.Join('\n', said));
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }, "the server listens");

    /// <summary>Until it has said that it is ready.</summary>
    public Task ReadyAsync() => Eventually.TrueAsync(() => said.SkipWhile(line => !line.Contains("Flags is ready", StringComparison.Ordinal)).Any(line => line.StartsWith('+')), "the server is ready");

    /// <summary>Kills it without a word.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Starts it again at the same address.</summary>
    public void StartAgain()
    {
        process.Dispose();
        process = Start();
    }

    /// <summary>Asks it to stop, as systemd and containers do.</summary>
    public async Task<TimeSpan> StopAsync()
    {
        var watch = Stopwatch.StartNew();
        _ = kill(process.Id, Terminate);
        await process.WaitForExitAsync().WaitAsync(Eventually.Deadline);
        return watch.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    private Process Start()
    {
        said.Clear();
        var info = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Flags.Api.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // No pause of a busy machine is an outage here.
        foreach ((string name, string value) in new[] { ("ConnectionStrings__Flags", Patience.Of(connection)), ("Flags__ReadPatience", Eventually.Deadline.ToString()), ("Flags__Setup__AdminKey", TestServer.AdminKey), ("ASPNETCORE_URLS", Address.ToString()), ("Logging__LogLevel__Default", "Warning") })
            info.Environment[name] = value;
        Process started = Process.Start(info) ?? throw new InvalidOperationException("dotnet was not started.");
        started.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "+");
        started.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
