using System.Buffers.Binary;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace Flags.Core;

/// <summary>ARM has instructions for this very polynomial.</summary>
internal static class Crc32Arm
{
    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
            state = ArmCrc32.Arm64.ComputeCrc32(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var next in bytes)
            state = ArmCrc32.ComputeCrc32(state, next);
        return state;
    }
}
