using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>The bytes of events: made once a step and key pattern, however many streams are open.</summary>
internal static class ChangeFrames
{
    private const int MostBytes = 64 * 1024;

    private static readonly ConditionalWeakTable<ChangeStep, ConcurrentDictionary<string, byte[]>> Frames = [];

    /// <summary>The event of a step for a key's pattern; null when such a key sees no difference.</summary>
    public static byte[]? Of(ChangeStep step, string? pattern)
    {
        if (step.Resync)
            return Resync(step);
        if (step.Changed.Count == 0)
            return null;
        byte[] frame = Frames.GetOrCreateValue(step).GetOrAdd(pattern ?? "", _ => Make(step, pattern));
        return frame.Length == 0 ? null : frame;
    }

    /// <summary>Tells a client where the feed is; one that is elsewhere asks for the snapshot.</summary>
    public static byte[] Resync(ChangeStep step) => Frame(step, "resync", new ChangeBody { Generation = step.Set.Generation, Version = step.Set.Version, Refetch = true });

    private static byte[] Make(ChangeStep step, string? pattern)
    {
        StoredFeature[] changed = [.. step.Changed.Where(f => pattern is null || NamePattern.Matches(pattern, f.Feature.Name) || step.Set.IsReferred(f.Feature.Name, pattern))];
        if (changed.Length == 0)
            return [];
        // A limited key may lack the features that a changed expression now refers to.
        bool refetch = pattern is not null && changed.Any(f => f.Feature.Gates.Expression?.References.Count > 0);
        var body = new ChangeBody
        {
            Generation = step.Set.Generation,
            Version = step.Set.Version,
            Features = refetch ? [] : [.. changed.Where(f => f.Exists).Select(f => f.ToSnapshot(reference: pattern is not null && !NamePattern.Matches(pattern, f.Feature.Name)))],
            Deleted = refetch ? [] : [.. changed.Where(f => !f.Exists).Select(f => f.Feature.Name)],
            Refetch = refetch,
        };
        byte[] frame = Frame(step, "change", body);
        return frame.Length <= MostBytes ? frame : Frame(step, "change", body with { Features = [], Deleted = [], Refetch = true });
    }

    private static byte[] Frame(ChangeStep step, string name, ChangeBody body)
    {
        string json = JsonSerializer.Serialize(body, FlagsJson.Relaxed.ChangeBody);
        return Encoding.UTF8.GetBytes($"id: {step.Set.Generation}:{step.Set.Version}\nevent: {name}\ndata: {json}\n\n");
    }
}
