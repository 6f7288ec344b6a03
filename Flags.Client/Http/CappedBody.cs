namespace Flags.Client;

/// <summary>Reads a body whole, unless it is too large.</summary>
internal static class CappedBody
{
    /// <summary>Puts the body into memory.</summary>
    /// <exception cref="FlagsUnavailableException">It is larger than <paramref name="most"/> bytes.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task BufferAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > most)
            throw TooLarge(most);
        Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var memory = new MemoryStream((int)(response.Content.Headers.ContentLength ?? 0));
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (memory.Length + read > most)
                throw TooLarge(most);
            memory.Write(buffer, 0, read);
        }

        var whole = new ByteArrayContent(memory.ToArray());
        whole.Headers.ContentType = response.Content.Headers.ContentType;
        response.Content.Dispose();
        response.Content = whole;
    }

    private static FlagsUnavailableException TooLarge(int most) => new($"The server's answer has more than {most} bytes (FlagsOptions.MaxSnapshotBytes).");
}
