using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Flags.Testing;

/// <summary>A TCP proxy before a server that does to the answers what networks do. Connections of the present are hit too.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ends = new();
    private readonly ConcurrentDictionary<Socket, Socket> open = new();
    private readonly Uri target;
    private readonly Task accepting;
    private volatile Fault fault = Fault.None;
    private int connections;

    private FaultProxy(Uri target)
    {
        this.target = target;
        listener.Start();
        Url = $"http://{listener.LocalEndpoint}";
        accepting = AcceptAsync();
    }

    public string Url { get; }

    /// <summary>How many connections were ever made.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>What happens to answers from now on; offsets count from the beginning of each connection's answers.</summary>
    public Fault Fault
    {
        get => fault;
        set => fault = value;
    }

    /// <summary>Whether new connections are refused.</summary>
    public bool Refusing { get; set; }

    public static FaultProxy To(Uri server) => new(server);

    /// <summary>Ends every connection, with a reset.</summary>
    public void ResetAll()
    {
        foreach ((Socket client, Socket server) in open)
        {
            try
            {
                client.LingerState = new LingerOption(true, 0);
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself at this moment.
            }

            Close(client, server);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ends.CancelAsync();
        await accepting;
        listener.Dispose();
        ResetAll();
        ends.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptSocketAsync(ends.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        Interlocked.Increment(ref connections);
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        open[client] = server;
        try
        {
            if (!Refusing)
            {
                await server.ConnectAsync(IPAddress.Loopback, target.Port, ends.Token);
                Task asked = AskAsync(client, server);
                await AnswerAsync(server, client);
                await asked;
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One side ended, or the fault ended both.
        }

        Close(client, server);
    }

    private async Task AskAsync(Socket client, Socket server)
    {
        var buffer = new byte[16 * 1024];
        for (int read; (read = await client.ReceiveAsync(buffer, ends.Token)) > 0;)
            await server.SendAsync(buffer.AsMemory(0, read), ends.Token);
        server.Shutdown(SocketShutdown.Send);
    }

    private async Task AnswerAsync(Socket server, Socket client)
    {
        var buffer = new byte[16 * 1024];
        long offset = 0;
        for (int read; (read = await server.ReceiveAsync(buffer, ends.Token)) > 0; offset += read)
            await fault.SendAsync(client, buffer.AsMemory(0, read), offset, ends.Token);
        await fault.EndAsync(client, ends.Token);
    }

    private void Close(Socket client, Socket server)
    {
        open.TryRemove(client, out _);
        client.Dispose();
        server.Dispose();
    }
}
