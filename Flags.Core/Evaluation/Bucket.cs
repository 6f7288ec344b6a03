using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Flags.Core;

/// <summary>
/// Where an actor falls in a feature: <c>crc32(utf8(name + ids)) % 100000</c>. The name's part is computed once. Another hash would move
/// everybody.
/// </summary>
internal readonly struct Bucket
{
    /// <summary>The number of buckets: 0 to 99 999.</summary>
    public const int Count = 100_000;

    private const int ChunkLength = 512;

    private readonly uint _name;

    public Bucket(string name) => _name = Append(Crc32.Start, name);

    /// <summary>The bucket of one id, or of a text.</summary>
    public uint Of(string id) => ~Append(_name, id) % Count;

    /// <summary>The joint bucket of all ids, sorted by their UTF-8 bytes; null when nobody has an id.</summary>
    public uint? Of(in Subjects subjects)
    {
        if (subjects.Count == 1)
            return subjects.Id(0) is { } id ? Of(id) : null;
        if (subjects.Count > FewIds.Length)
            return OfMany(subjects);
        var few = default(FewIds);
        return Of(few, subjects);
    }

    private uint? OfMany(in Subjects subjects)
    {
        var rented = ArrayPool<string>.Shared.Rent(subjects.Count);
        var bucket = Of(rented, subjects);
        ArrayPool<string>.Shared.Return(rented, clearArray: true);
        return bucket;
    }

    private uint? Of(Span<string> buffer, in Subjects subjects)
    {
        var ids = buffer[..CopyIds(subjects, buffer)];
        if (ids.IsEmpty)
            return null;
        Sort(ids);
        var state = _name;
        foreach (var id in ids)
            state = Append(state, id);
        return ~state % Count;
    }

    private static int CopyIds(in Subjects subjects, Span<string> target)
    {
        var count = 0;
        for (var i = 0; i < subjects.Count; i++)
        {
            if (subjects.Id(i) is { } id)
                target[count++] = id;
        }
        return count;
    }

    // The library's sort wraps the comparer in an object, so it is left for lists that nobody sends.
    private static void Sort(Span<string> ids)
    {
        if (ids.Length > 64)
        {
            ids.Sort(Utf8Order.Instance);
            return;
        }
        for (var i = 1; i < ids.Length; i++)
        {
            for (var j = i; j > 0 && Utf8Order.Instance.Compare(ids[j - 1], ids[j]) > 0; j--)
                (ids[j - 1], ids[j]) = (ids[j], ids[j - 1]);
        }
    }

    private static uint Append(uint state, string text) =>
        Crc32Folding.IsSupported && text.Length >= Crc32Folding.Least && Crc32Folding.TryAppend(ref state, text) ? state : AppendInChunks(state, text);

    [SkipLocalsInit]
    private static uint AppendInChunks(uint state, ReadOnlySpan<char> text)
    {
        Span<byte> chunk = stackalloc byte[ChunkLength];
        while (!text.IsEmpty)
        {
            Utf8.FromUtf16(text, chunk, out var read, out var written);
            state = Crc32.Append(state, chunk[..written]);
            text = text[read..];
        }
        return state;
    }

    [InlineArray(Length)]
    private struct FewIds
    {
        public const int Length = 16;

        private string _first;
    }
}
