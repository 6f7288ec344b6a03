using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Flags.Benchmarks;

/// <summary>The part of an answer that a job or a deploy looks at.</summary>
internal readonly record struct RestAnswer(int Status, string Token, string Text);

/// <summary>One kept connection, one request at a time: far cheaper than HttpClient, whose own cost would count against the server on the same cores.</summary>
internal sealed class RestConnection(Uri address, string key) : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[256 * 1024];

    public async Task<RestAnswer> SendAsync(string method, string path, string? json = null)
    {
        if (!socket.Connected)
            await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        string type = json is null ? "" : "Content-Type: application/json\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nAccept: text/plain\r\n{type}Content-Length: {json?.Length ?? 0}\r\n\r\n{json}"));
        int read = 0;
        do
        {
            int more = await socket.ReceiveAsync(buffer.AsMemory(read));
            read += more > 0 ? more : throw new InvalidOperationException("The server closed the connection.");
        }
        while (!IsWhole(buffer.AsSpan(0, read)));
        return Read(Encoding.ASCII.GetString(buffer, 0, read));
    }

    /// <summary>What must succeed: another status ends the benchmark.</summary>
    public async Task<string> SendAsync(int expected, string method, string path, string? json = null)
    {
        RestAnswer answer = await SendAsync(method, path, json);
        return answer.Status == expected ? answer.Token : throw new InvalidOperationException($"{method} {path}: {answer.Status} {answer.Text}");
    }

    public void Dispose() => socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        ReadOnlySpan<byte> head = answer[..end];
        if (head.IndexOf("Transfer-Encoding: chunked"u8) >= 0)
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        int length = head.IndexOf("Content-Length: "u8);
        return length < 0 || answer.Length - end - 4 >= Number(head[(length + 16)..]);
    }

    private static int Number(ReadOnlySpan<byte> text)
    {
        int number = 0;
        for (int i = 0; i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9'; i++)
            number = number * 10 + text[i] - '0';
        return number;
    }

    private static RestAnswer Read(string answer)
    {
        const string Header = "Flags-Token: ";
        int at = answer.IndexOf(Header, StringComparison.Ordinal);
        return new RestAnswer(int.Parse(answer.AsSpan(9, 3)), at < 0 ? "" : answer[(at + Header.Length)..answer.IndexOf('\r', at)], answer);
    }
}
