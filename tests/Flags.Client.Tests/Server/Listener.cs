using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Flags.Client.Tests;

/// <summary>A port that says what a test wants: nothing at all, or the same bytes to every request. Counts its connections.</summary>
internal sealed class Listener : IAsyncDisposable
{
    // Bound, so that nobody else gets its port, and never listening.
    private static readonly Socket Taken = Bound();

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ends = new();
    private readonly string? answer;
    private readonly Task accepting;
    private int connections;

    private Listener(string? answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public string Url => $"http://{listener.LocalEndpoint}";

    public int Connections => Volatile.Read(ref connections);

    /// <summary>The head of the last request that was answered.</summary>
    public string LastRequest { get; private set; } = "";

    public static Listener Silent() => new(null);

    public static Listener Saying(string status, string headers = "", string body = "") =>
        new($"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");

    /// <summary>An address where nobody listens.</summary>
    public static string Refusing() => $"http://{Taken.LocalEndPoint}";

    public async ValueTask DisposeAsync()
    {
        await ends.CancelAsync();
        await accepting;
        listener.Dispose();
        ends.Dispose();
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private async Task AcceptAsync()
    {
        var open = new List<TcpClient>();
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(ends.Token);
                open.Add(client);
                Interlocked.Increment(ref connections);
                if (answer is not null)
                    await AnswerAsync(client.GetStream(), answer);
            }
        }
        catch (OperationCanceledException)
        {
            open.ForEach(client => client.Dispose());
        }
    }

    private async Task AnswerAsync(NetworkStream stream, string text)
    {
        try
        {
            var read = new StringBuilder();
            var buffer = new byte[4096];
            while (!read.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, ends.Token) is > 0 and var count)
                read.Append(Encoding.ASCII.GetString(buffer, 0, count));
            LastRequest = read.ToString();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text), ends.Token);
            stream.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is IOException or SocketException)
        {
            // The client hung up before it had read everything.
        }
    }
}
