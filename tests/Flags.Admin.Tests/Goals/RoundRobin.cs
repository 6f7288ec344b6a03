using System.Net;
using System.Net.Sockets;

namespace Flags.Admin.Tests;

/// <summary>Passes each connection to the next server that is in, as a balancer with a health check does.</summary>
internal sealed class RoundRobin : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ends = new();
    private readonly int[] ports;
    private readonly Task accepting;
    private int last;

    /// <param name="ports">Of the servers; 0 for one that is out.</param>
    private RoundRobin(int[] ports)
    {
        this.ports = [.. ports];
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public static RoundRobin Before(params int[] ports) => new(ports);

    /// <summary>Takes a server in at its port, or out with 0.</summary>
    public void Set(int server, int port) => Volatile.Write(ref ports[server], port);

    public async ValueTask DisposeAsync()
    {
        await ends.CancelAsync();
        await accepting;
        listener.Dispose();
        ends.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = PassAsync(await listener.AcceptTcpClientAsync(ends.Token), ends.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task PassAsync(TcpClient client, CancellationToken stops)
    {
        using TcpClient near = client;
        try
        {
            using TcpClient far = await ConnectAsync(stops);
            near.NoDelay = far.NoDelay = true;
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), stops), far.GetStream().CopyToAsync(near.GetStream(), stops));
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or SocketException)
        {
            // One side hung up.
        }
    }

    private async Task<TcpClient> ConnectAsync(CancellationToken stops)
    {
        for (int attempt = 0; ;)
        {
            int port = Volatile.Read(ref ports[(uint)Interlocked.Increment(ref last) % ports.Length]);
            if (port == 0)
            {
                await Task.Delay(1, stops);
                continue;
            }

            var far = new TcpClient();
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, port, stops);
                return far;
            }
            catch (SocketException) when (attempt++ < ports.Length)
            {
                far.Dispose();
            }
        }
    }
}
