using System.Buffers;
using System.Text;

namespace Flags.Client;

/// <summary>Reads server-sent events, none larger than a limit and none later than a deadline.</summary>
internal sealed class EventStream(HttpResponseMessage response, Stream body, TimeProvider time) : IDisposable
{
    /// <summary>The server speaks every 10 s: after twice that, the connection is dead although nobody closed it.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    // The server's events end at 64 KiB.
    private const int MostBytes = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> data = new();
    private byte[] buffer = new byte[16 * 1024];
    private int start, end;
    private string name = "";

    /// <summary>The next event; null when the server closed the stream.</summary>
    /// <exception cref="FlagsUnavailableException">Nothing came in time, or too much.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async ValueTask<ServerEvent?> NextAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        (name, bool complete) = ("", false);
        data.ResetWrittenCount();
        using var late = new CancellationTokenSource(within, time);
        using CancellationTokenRegistration cut = late.Token.Register(Dispose);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            while (!(complete = Parse()))
            {
                if (!await FillAsync(either.Token).ConfigureAwait(false))
                    return null;
            }
        }
        catch (Exception cancelled) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested && cancelled is OperationCanceledException or IOException or ObjectDisposedException)
        {
            throw new FlagsUnavailableException($"The stream of changes was silent for {within.TotalSeconds} s.", cancelled);
        }

        return new ServerEvent(name, data.WrittenMemory);
    }

    public void Dispose()
    {
        body.Dispose();
        response.Dispose();
    }

    /// <summary>Takes whole lines from the buffer; true at the empty line that ends an event.</summary>
    private bool Parse()
    {
        while (buffer.AsSpan(start, end - start).IndexOf((byte)'\n') is >= 0 and var length)
        {
            ReadOnlySpan<byte> line = buffer.AsSpan(start, length);
            start += length + 1;
            if (line is [.., (byte)'\r'])
                line = line[..^1];
            if (!line.IsEmpty)
                Take(line);
            else if (name.Length > 0 || data.WrittenCount > 0)
                return true;
        }

        return false;
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        ReadOnlySpan<byte> field = colon < 0 ? line : line[..colon], value = colon < 0 ? default : line[(colon + 1)..];
        if (value is [(byte)' ', ..])
            value = value[1..];
        if (field.SequenceEqual("event"u8))
            name = Encoding.UTF8.GetString(value);
        else if (field.SequenceEqual("data"u8))
            data.Write(value);
        if (data.WrittenCount > MostBytes)
            throw TooLarge();
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
        {
            if (end >= MostBytes)
                throw TooLarge();
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        int read = await body.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
        end += read;
        return read > 0;
    }

    private static FlagsUnavailableException TooLarge() => new($"The stream of changes has an event of more than {MostBytes} bytes.");
}
