using System.Buffers.Binary;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace Flags.Core;

/// <summary>
/// CRC-32 as zlib has it (reflected, 0xEDB88320). The state is the CRC inverted, so that a prefix can be computed once and continued.
/// </summary>
internal static class Crc32
{
    /// <summary>The state before the first byte.</summary>
    public const uint Start = 0xFFFF_FFFF;

    private static readonly uint[] _tables = CreateTables();

    /// <summary>The state after these bytes; the CRC is its complement.</summary>
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        if (ArmCrc32.Arm64.IsSupported)
            return Crc32Arm.Append(state, bytes);
        if (Crc32Folding.IsSupported && bytes.Length >= Crc32Folding.Least)
            return Crc32Folding.Append(state, bytes);
        return AppendByTable(state, bytes);
    }

    /// <summary>Slicing by 8 (Intel, 2006): one look-up a byte, eight of them at a time.</summary>
    public static uint AppendByTable(uint state, ReadOnlySpan<byte> bytes)
    {
        var t = _tables.AsSpan(0, 2048);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = t[(int)(1792 + (low & 0xFF))] ^ t[(int)(1536 + ((low >> 8) & 0xFF))]
                ^ t[(int)(1280 + ((low >> 16) & 0xFF))] ^ t[(int)(1024 + (low >> 24))]
                ^ t[(int)(768 + (high & 0xFF))] ^ t[(int)(512 + ((high >> 8) & 0xFF))]
                ^ t[(int)(256 + ((high >> 16) & 0xFF))] ^ t[(int)(high >> 24)];
        }
        foreach (var next in bytes)
            state = t[(byte)(state ^ next)] ^ (state >> 8);
        return state;
    }

    private static uint[] CreateTables()
    {
        var tables = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var entry = i;
            for (var bit = 0; bit < 8; bit++)
                entry = (entry >> 1) ^ ((entry & 1) * 0xEDB8_8320);
            tables[i] = entry;
        }
        for (var i = 256; i < tables.Length; i++)
            tables[i] = (tables[i - 256] >> 8) ^ tables[(byte)tables[i - 256]];
        return tables;
    }
}
