using System.Runtime.CompilerServices;

namespace SpecExecNative.Kernels.Cpu.Simd;

/// <summary>How a nibble of a word becomes a float without a conversion: as the upper four bits of the fraction of a number from 16 to 31.</summary>
internal static class Nibble
{
    /// <summary>16 as a float; the upper four bits of its fraction count 8, 4, 2 and 1.</summary>
    public const uint Sixteen = 0x4180_0000;

    /// <summary>Those bits.</summary>
    public const uint Mask = 0x0078_0000;

    private const int FractionShift = 19;

    /// <summary>How far to the left a nibble (0 … 7) has to go; negative: to the right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LeftShift(int nibble) => FractionShift - (4 * nibble);
}
