using System.Net.Sockets;

namespace Flags.Testing;

/// <summary>What a <see cref="FaultProxy"/> does to the bytes of an answer.</summary>
public abstract record Fault
{
    public static Fault None { get; } = new Through();

    /// <summary>Every piece arrives later.</summary>
    public static Fault Delay(TimeSpan by) => new Delayed(by);

    /// <summary>Nothing arrives before this is done.</summary>
    public static Fault Until(Task released) => new Held(released);

    /// <summary>Nothing arrives any more, and nothing closes.</summary>
    public static Fault BlackHole { get; } = new Swallowed();

    /// <summary>The connection is reset at a byte.</summary>
    public static Fault Reset(long at = 0) => new Cut(at, true);

    /// <summary>The connection is closed properly at a byte.</summary>
    public static Fault Truncate(long at) => new Cut(at, false);

    /// <summary>All bits of some bytes are turned.</summary>
    public static Fault Flip(long from, int count = 1) => new Flipped(from, count);

    /// <summary>One byte at a time.</summary>
    public static Fault Drip(TimeSpan pause) => new Dripped(pause);

    /// <summary>The server's side is closed at a byte; the client may still speak, and nobody answers.</summary>
    public static Fault HalfClose(long at = 0) => new HalfClosed(at);

    /// <summary>Pieces that begin at this byte or later arrive twice.</summary>
    public static Fault Duplicate(long from = 0) => new Duplicated(from);

    internal abstract ValueTask SendAsync(Socket client, Memory<byte> piece, long offset, CancellationToken ends);

    /// <summary>What happens when the server ended its answers.</summary>
    internal virtual ValueTask EndAsync(Socket client, CancellationToken ends)
    {
        client.Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask AllAsync(Socket client, ReadOnlyMemory<byte> piece, CancellationToken ends)
    {
        while (!piece.IsEmpty)
            piece = piece[await client.SendAsync(piece, ends)..];
    }

    private static SocketException Broken(Socket client, bool reset)
    {
        if (reset)
            client.LingerState = new LingerOption(true, 0);
        return new SocketException((int)SocketError.ConnectionReset);
    }

    private sealed record Through : Fault
    {
        internal override ValueTask SendAsync(Socket client, Memory<byte> piece, long offset, CancellationToken ends) => AllAsync(client, piece, ends);
    }

    private sealed record Delayed(TimeSpan By) : Fault
    {
        internal override async ValueTask SendAsync(Socket client, Memory<byte> piece, long offset, CancellationToken ends)
        {
            await Task.Delay(By, ends);
            await AllAsync(client, piece, ends);
        }
    }

    private sealed record Held(Task Released) : Fault
    {
        internal override async ValueTask SendAsync(Socket client, Memory<byte> piece, long offset, CancellationToken ends)
        {
            await Released.WaitAsync(ends);
            await AllAsync(client, piece, ends);
        }
    }

    private sealed record Swallowed : Fault
    {
        internal override ValueTask SendAsync(Socket client, Memory<byte> piece, long offset, CancellationToken ends) => ValueTask.CompletedTask;

        internal override async ValueTask EndAsync(Socket client, CancellationToken ends) => await Task.Delay(Timeout.Infinite, ends);
    }

    private sealed record Cut(long At, bool WithReset) : Fault
    {
        internal override async ValueTask SendAsync(Socket client, Memory<byte> piece, long offset, CancellationToken ends)
        {
            int left = (int)Math.Clamp(At - offset, 0, piece.Length);
            await AllAsync(client, piece[..left], ends);
            if (left < piece.Length)
                throw Broken(client, WithReset);
        }
    }

    private sealed record Flipped(long From, int Bytes) : Fault
    {
        internal override ValueTask SendAsync(Socket client, Memory<byte> piece, long offset, CancellationToken ends)
        {
            for (long at = Math.Max(From, offset); at < Math.Min(From + Bytes, offset + piece.Length); at++)
                piece.Span[(int)(at - offset)] ^= 0xFF;
            return AllAsync(client, piece, ends);
        }
    }

    private sealed record Dripped(TimeSpan Pause) : Fault
    {
        internal override async ValueTask SendAsync(Socket client, Memory<byte> piece, long offset, CancellationToken ends)
        {
            for (int i = 0; i < piece.Length; i++)
            {
                await AllAsync(client, piece.Slice(i, 1), ends);
                await Task.Delay(Pause, ends);
            }
        }
    }

    private sealed record HalfClosed(long At) : Fault
    {
        internal override async ValueTask SendAsync(Socket client, Memory<byte> piece, long offset, CancellationToken ends)
        {
            int left = (int)Math.Clamp(At - offset, 0, piece.Length);
            await AllAsync(client, piece[..left], ends);
            if (left == piece.Length)
                return;
            client.Shutdown(SocketShutdown.Send);
            await Task.Delay(Timeout.Infinite, ends);
        }
    }

    private sealed record Duplicated(long From) : Fault
    {
        internal override async ValueTask SendAsync(Socket client, Memory<byte> piece, long offset, CancellationToken ends)
        {
            await AllAsync(client, piece, ends);
            if (offset >= From)
                await AllAsync(client, piece, ends);
        }
    }
}
