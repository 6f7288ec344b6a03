using System.Buffers.Binary;
using System.Security.Cryptography;
using Flags.Core;

namespace Flags.Api;

/// <summary>
/// The chance of a bulk evaluation: drawn from feature, version and context, so that the same question has the same answer until the feature changes.
/// Real dice would make every poll of a web page a change.
/// </summary>
internal sealed class OfrepDraw
{
    private readonly ulong asked;
    private ulong feature;

    public OfrepDraw(EvaluationContext shared, byte[] context)
    {
        asked = First64(context);
        Context = new EvaluationContext { Random = Next, Now = shared.Now, ExpressionFailed = shared.ExpressionFailed };
    }

    public EvaluationContext Context { get; }

    public static ulong First64(byte[] content) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(content));

    public void For(OfrepFeature next) => feature = next.Lot;

    /// <summary>The mixer of SplitMix64 (Steele, Lea, Flood 2014): both numbers are hashes, what is between them must not show.</summary>
    private double Next()
    {
        ulong mixed = asked + 0x9E3779B97F4A7C15 * feature;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) / (double)(1UL << 53);
    }
}
