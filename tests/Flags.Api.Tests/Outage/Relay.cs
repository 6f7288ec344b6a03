using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Flags.Api.Tests;

/// <summary>A TCP relay before the database: it can be cut (connections break, new ones are refused) or frozen (nothing arrives, nothing breaks).</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly string folder, target;
    private readonly int port;
    private readonly ConcurrentDictionary<Socket, Socket> pairs = new();
    private Socket listener;
    private volatile bool cut;
    private volatile TaskCompletionSource thawed = Done();

    private Relay(NpgsqlConnectionStringBuilder database)
    {
        folder = database.Host!;
        target = folder.StartsWith('/') ? Path.Combine(folder, $".s.PGSQL.{database.Port}") : $"{folder}:{database.Port}";
        listener = Bind(0);
        port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        database.Host = "127.0.0.1";
        database.Port = port;
        ConnectionString = database.ConnectionString;
        listener.Listen();
        _ = AcceptAsync(listener);
    }

    /// <summary>The same database, through the relay.</summary>
    public string ConnectionString { get; }

    public static Relay To(string connectionString) => new(new NpgsqlConnectionStringBuilder(connectionString));

    public void Cut()
    {
        cut = true;
        listener.Dispose();
        // Bound, so that nobody else gets the port; without listening, so that connections are refused.
        listener = Bind(port);
        foreach ((Socket client, Socket server) in pairs)
            Close(client, server);
    }

    public void Mend()
    {
        cut = false;
        listener.Listen();
        _ = AcceptAsync(listener);
    }

    public void Freeze() => thawed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => thawed.TrySetResult();

    public ValueTask DisposeAsync()
    {
        Thaw();
        Cut();
        listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private async Task AcceptAsync(Socket from)
    {
        try
        {
            while (true)
                await JoinAsync(await from.AcceptAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }

    private async Task JoinAsync(Socket client)
    {
        bool local = target.StartsWith('/');
        var server = new Socket(local ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, local ? ProtocolType.Unspecified : ProtocolType.Tcp);
        await server.ConnectAsync(local ? new UnixDomainSocketEndPoint(target) : IPEndPoint.Parse(target));
        pairs[client] = server;
        if (cut)
        {
            // Accepted before, and not among those that were closed.
            Close(client, server);
            return;
        }

        _ = PumpAsync(client, server, client, server);
        _ = PumpAsync(server, client, client, server);
    }

    private async Task PumpAsync(Socket from, Socket to, Socket client, Socket server)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                await thawed.Task;
                for (int sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // Cut, or one side ended.
        }

        Close(client, server);
    }

    private void Close(Socket client, Socket server)
    {
        pairs.TryRemove(client, out _);
        client.Dispose();
        server.Dispose();
    }
}
