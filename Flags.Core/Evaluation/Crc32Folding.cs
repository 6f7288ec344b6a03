using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Flags.Core;

/// <summary>
/// CRC-32 by carry-less multiplication: V. Gopal and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction"
/// (Intel, 2009), with the constants of its reflected form. Zeros before a message do not change it once the state has been added to its
/// first four bytes, so an odd length is filled up in front and no rest is left for the tables. ASCII text is narrowed on the way.
/// </summary>
internal static class Crc32Folding
{
    private const int Block = 16;

    /// <summary>Fewer bytes or characters than this are left to the tables.</summary>
    public const int Least = 4;

    public static bool IsSupported => Pclmulqdq.IsSupported && Ssse3.IsSupported;

    // x^(128+32) and x^(128-32): moves a block over the next one.
    private static Vector128<ulong> Distance => Vector128.Create(0x0001_7519_97D0UL, 0x0000_CCAA_009EUL);

    // Sixteen times "zero", then 0 to 15: from offset n it moves bytes so that the first n of them end the block.
    private static ReadOnlySpan<byte> Moves =>
    [
        128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ];

    /// <summary>The state after at least <see cref="Least"/> bytes.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        if (bytes.Length < Block)
            return Reduce(MoveToEnd(Short(bytes) ^ State(state), bytes.Length));
        var position = First(bytes.Length);
        var folded = MoveToEnd(Load(ref start) ^ State(state), position);
        var rest = Overflow(state, position);
        for (; position < bytes.Length; position += Block, rest = 0)
            folded = Fold(folded, Load(ref Unsafe.Add(ref start, position)) ^ State(rest));
        return Reduce(folded);
    }

    /// <summary>The same for the UTF-8 bytes of at least <see cref="Least"/> characters; false, and nothing changed, when they are not ASCII.</summary>
    public static bool TryAppend(ref uint state, ReadOnlySpan<char> text) =>
        text.Length < Block ? TryAppendShort(ref state, text) : TryAppendLong(ref state, text);

    private static bool TryAppendLong(ref uint state, ReadOnlySpan<char> text)
    {
        ref var start = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        var position = First(text.Length);
        var (low, high) = (Vector128.LoadUnsafe(ref start), Vector128.LoadUnsafe(ref start, Block / 2));
        var seen = low | high;
        var folded = MoveToEnd(Narrow(low, high) ^ State(state), position);
        var rest = Overflow(state, position);
        for (; position < text.Length; position += Block, rest = 0)
        {
            (low, high) = (Vector128.LoadUnsafe(ref start, (nuint)position), Vector128.LoadUnsafe(ref start, (nuint)position + (Block / 2)));
            seen |= low | high;
            folded = Fold(folded, Narrow(low, high) ^ State(rest));
        }
        if (!IsAscii(seen))
            return false;
        state = Reduce(folded);
        return true;
    }

    private static bool TryAppendShort(ref uint state, ReadOnlySpan<char> text)
    {
        ref var start = ref Unsafe.As<char, byte>(ref MemoryMarshal.GetReference(text));
        ref var end = ref Unsafe.Add(ref start, text.Length * sizeof(char));
        var isLong = text.Length >= 8;
        var low = isLong ? Load(ref start) : Vector128.CreateScalar(Read<ulong>(ref start));
        var high = isLong ? Load(ref Unsafe.Subtract(ref end, Block)) : Vector128.CreateScalar(Read<ulong>(ref Unsafe.Subtract(ref end, Block / 2)));
        if (!IsAscii((low | high).AsUInt16()))
            return false;
        var both = Narrow(low.AsUInt16(), high.AsUInt16());
        var joined = isLong
            ? JoinLong(both.GetElement(0), both.GetElement(1), text.Length)
            : JoinInt((uint)both.GetElement(0), (uint)both.GetElement(1), text.Length);
        state = Reduce(MoveToEnd(joined ^ State(state), text.Length));
        return true;
    }

    // The first block has what the others, all full, leave: 1 to 16.
    private static int First(int length) => ((length - 1) % Block) + 1;

    private static Vector128<ulong> State(uint state) => Vector128.CreateScalar(state).AsUInt64();

    // A first block shorter than the state leaves the rest of it to the second.
    private static uint Overflow(uint state, int length) => length < sizeof(uint) ? state >> (length * 8) : 0;

    private static Vector128<ulong> MoveToEnd(Vector128<ulong> block, int length) =>
        Ssse3.Shuffle(block.AsByte(), Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Moves), (nuint)length)).AsUInt64();

    private static Vector128<ulong> Load(ref byte start) => Vector128.LoadUnsafe(ref start).AsUInt64();

    private static Vector128<ulong> Narrow(Vector128<ushort> low, Vector128<ushort> high) =>
        Sse2.PackUnsignedSaturate(low.AsInt16(), high.AsInt16()).AsUInt64();

    private static bool IsAscii(Vector128<ushort> seen) => (seen & Vector128.Create((ushort)0xFF80)) == Vector128<ushort>.Zero;

    // Two loads that overlap; the second loses what both have.
    private static Vector128<ulong> Short(ReadOnlySpan<byte> bytes)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        ref var end = ref Unsafe.Add(ref start, bytes.Length);
        return bytes.Length >= 8
            ? JoinLong(Read<ulong>(ref start), Read<ulong>(ref Unsafe.Subtract(ref end, 8)), bytes.Length)
            : JoinInt(Read<uint>(ref start), Read<uint>(ref Unsafe.Subtract(ref end, 4)), bytes.Length);
    }

    private static T Read<T>(ref byte start) => Unsafe.ReadUnaligned<T>(ref start);

    // 8 to 15 bytes from their first and last 8. Two shifts, because one by the whole width would be none.
    private static Vector128<ulong> JoinLong(ulong first, ulong last, int length) =>
        Vector128.Create(first, last >> 8 >> (8 * (15 - length)));

    // 4 to 7 bytes from their first and last 4.
    private static Vector128<ulong> JoinInt(uint first, uint last, int length) =>
        Vector128.CreateScalar(first | ((ulong)(last >> 8 >> (8 * (7 - length))) << 32));

    // Both halves of a block multiplied forward, added to the block that follows it.
    private static Vector128<ulong> Fold(Vector128<ulong> block, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(block, Distance, 0x00) ^ Pclmulqdq.CarrylessMultiply(block, Distance, 0x11) ^ next;

    // 128 bits to 64, and by Barrett's reduction to the state.
    private static uint Reduce(Vector128<ulong> block)
    {
        var low32 = Vector128.Create(0xFFFF_FFFFUL, 0xFFFF_FFFFUL);
        var folded = Pclmulqdq.CarrylessMultiply(block, Distance, 0x10) ^ Sse2.ShiftRightLogical128BitLane(block, 8);
        folded = Pclmulqdq.CarrylessMultiply(folded & low32, Vector128.CreateScalar(0x0001_63CD_6124UL), 0x00)
            ^ Sse2.ShiftRightLogical128BitLane(folded, 4);
        // The polynomial and its inverse.
        var barrett = Vector128.Create(0x0001_DB71_0641UL, 0x0001_F701_1641UL);
        var quotient = Pclmulqdq.CarrylessMultiply(folded & low32, barrett, 0x10);
        return (Pclmulqdq.CarrylessMultiply(quotient & low32, barrett, 0x00) ^ folded).AsUInt32().GetElement(1);
    }
}
