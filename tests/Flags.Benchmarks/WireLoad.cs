using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Flags.Benchmarks;

/// <summary>As <see cref="Load"/>, for answers with a body: each is read whole, by its length or by its chunks.</summary>
internal static class WireLoad
{
    /// <returns>Answers a second.</returns>
    public static async Task<double> RunAsync(Uri address, byte[] request, string expected, int callers, TimeSpan length)
    {
        var watch = Stopwatch.StartNew();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => CallAsync(address, request, Encoding.ASCII.GetBytes(expected), watch, length)));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static async Task<long> CallAsync(Uri address, byte[] request, byte[] expected, Stopwatch watch, TimeSpan length)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        byte[] buffer = new byte[256 * 1024];
        long count = 0;
        while (watch.Elapsed < length)
        {
            await socket.SendAsync(request);
            int read = 0;
            do
            {
                int more = await socket.ReceiveAsync(buffer.AsMemory(read));
                read += more > 0 ? more : throw new InvalidOperationException("The server closed the connection.");
            }
            while (!IsWhole(buffer.AsSpan(0, read)));
            if (!buffer.AsSpan(0, read).StartsWith(expected))
                throw new InvalidOperationException($"Unexpected answer: {Encoding.ASCII.GetString(buffer, 0, Math.Min(read, 500))}");
            count++;
        }

        return count;
    }

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        int end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        ReadOnlySpan<byte> head = answer[..end], body = answer[(end + 4)..];
        if (head.IndexOf("Transfer-Encoding: chunked"u8) >= 0)
            return body.EndsWith("0\r\n\r\n"u8);
        int at = head.IndexOf("Content-Length: "u8);
        if (at < 0)
            return true;
        ReadOnlySpan<byte> digits = head[(at + 16)..];
        int line = digits.IndexOf((byte)'\r');
        return body.Length == int.Parse(line < 0 ? digits : digits[..line], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
