using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Flags.Benchmarks;

/// <summary>
/// Callers on kept connections that send the same bytes again and again and wait for each answer; answers have no body. Far cheaper than
/// HttpClient, whose own cost would hide the difference between two servers on the same two cores.
/// </summary>
internal static class Load
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
        byte[] buffer = new byte[4096];
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
            while (!buffer.AsSpan(0, read).EndsWith("\r\n\r\n"u8));
            if (!buffer.AsSpan(0, read).StartsWith(expected))
                throw new InvalidOperationException($"Unexpected answer: {Encoding.ASCII.GetString(buffer, 0, read)}");
            count++;
        }

        return count;
    }
}
