using System.Text;
using System.Text.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>A wish as bytes of the stream. Without an id: it is no change, and a client that missed it learns the same from its next renewal.</summary>
internal static class TakeoverFrames
{
    /// <summary>Null when a key of this pattern may not know of it.</summary>
    public static byte[]? Of(Wish wish, string? pattern)
    {
        string[] features = [.. wish.Features.Where(name => pattern is null || NamePattern.Matches(pattern, name))];
        return features.Length == 0 ? null : Encoding.UTF8.GetBytes($"event: takeover\ndata: {JsonSerializer.Serialize(new TakeoverBody(features), FlagsJson.Relaxed.TakeoverBody)}\n\n");
    }
}
