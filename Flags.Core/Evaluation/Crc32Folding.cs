using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Flags.Core;

/// <summary>
/// CRC-32 by carry-less multiplication: V. Gopal and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction"
/// (Intel, 2009), with the constants of its reflected form.
/// </summary>
internal static class Crc32Folding
{
    /// <summary>Fewer bytes than this are left to the tables.</summary>
    public const int Least = 16;

    public static bool IsSupported => Pclmulqdq.IsSupported && BitConverter.IsLittleEndian;

    // x^(128+32) and x^(128-32): moves a block over the next one.
    private static Vector128<ulong> Distance => Vector128.Create(0x0001_7519_97D0UL, 0x0000_CCAA_009EUL);

    /// <summary>The state after at least <see cref="Least"/> bytes.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        var folded = Load(bytes) ^ Vector128.CreateScalar(state).AsUInt64();
        for (bytes = bytes[16..]; bytes.Length >= 16; bytes = bytes[16..])
            folded = Fold(folded, Load(bytes));
        return Crc32.AppendByTable(Reduce(folded), bytes);
    }

    /// <summary>Both halves of <paramref name="block"/> multiplied forward, added to the block that follows it.</summary>
    public static Vector128<ulong> Fold(Vector128<ulong> block, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(block, Distance, 0x00) ^ Pclmulqdq.CarrylessMultiply(block, Distance, 0x11) ^ next;

    /// <summary>128 bits to 64, and by Barrett's reduction to the state.</summary>
    public static uint Reduce(Vector128<ulong> block)
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

    private static Vector128<ulong> Load(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<Vector128<ulong>>(bytes);
}
