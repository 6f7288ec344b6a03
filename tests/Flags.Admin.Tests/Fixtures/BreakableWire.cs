using System.Net;
using System.Net.Sockets;

namespace Flags.Admin.Tests;

/// <summary>Passes bytes to PostgreSQL until it is broken: then every connection ends and new ones are refused.</summary>
public sealed class BreakableWire : IAsyncDisposable
{
    private readonly string host;
    private readonly int port;
    private CancellationTokenSource whole = new();
    private TcpListener listener;

    public BreakableWire(string host, int port)
    {
        (this.host, this.port) = (host, port);
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync(listener, whole.Token);
    }

    public int Port { get; }

    public void Break()
    {
        listener.Stop();
        whole.Cancel();
    }

    public void Mend()
    {
        whole = new CancellationTokenSource();
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        _ = AcceptAsync(listener, whole.Token);
    }

    public ValueTask DisposeAsync()
    {
        Break();
        whole.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener from, CancellationToken ends)
    {
        try
        {
            while (true)
                _ = PassAsync(await from.AcceptTcpClientAsync(ends), ends);
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Broken on purpose.
        }
    }

    private async Task PassAsync(TcpClient client, CancellationToken ends)
    {
        using TcpClient near = client;
        using var far = host.StartsWith('/') ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await far.ConnectAsync(host.StartsWith('/') ? new UnixDomainSocketEndPoint($"{host}/.s.PGSQL.{port}") : new DnsEndPoint(host, port), ends);
            await using var stream = new NetworkStream(far);
            await Task.WhenAny(near.GetStream().CopyToAsync(stream, ends), stream.CopyToAsync(near.GetStream(), ends));
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException or SocketException)
        {
            // Broken on purpose, or one side hung up.
        }
    }
}
