namespace Flags.Client;

/// <summary>One event of the stream.</summary>
/// <param name="Name"><c>change</c>, <c>resync</c>, <c>takeover</c>, <c>ping</c> or something newer.</param>
/// <param name="Data">Valid until the next event is read.</param>
internal readonly record struct ServerEvent(string Name, ReadOnlyMemory<byte> Data);
