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
    private TcpListener listener;
    private volatile TaskCompletionSource thawed = Done();

    private Relay(NpgsqlConnectionStringBuilder database)
    {
        folder = database.Host!;
        target = folder.StartsWith('/') ? Path.Combine(folder, $".s.PGSQL.{database.Port}") : $"{folder}:{database.Port}";
        listener = Listen(0);
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        database.Host = "127.0.0.1";
        database.Port = port;
        ConnectionString = database.ConnectionString;
        _ = AcceptAsync(listener);
    }

    /// <summary>The same database, through the relay.</summary>
    public string ConnectionString { get; }

    public static Relay To(string connectionString) => new(new NpgsqlConnectionStringBuilder(connectionString));

    public void Cut()
    {
        listener.Dispose();
        foreach ((Socket client, Socket server) in pairs)
            Close(client, server);
    }

    public void Mend()
    {
        listener = Listen(port);
        _ = AcceptAsync(listener);
    }

    public void Freeze() => thawed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => thawed.TrySetResult();

    public ValueTask DisposeAsync()
    {
        Thaw();
        Cut();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
                await JoinAsync(await from.AcceptSocketAsync());
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
