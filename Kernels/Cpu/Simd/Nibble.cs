using System.Runtime.CompilerServices;

namespace SpecExecNative.Kernels.Cpu.Simd;

/// <summary>
/// How a nibble q of a word becomes a float without a conversion: as bits of the fraction of 128 + q or 2048 + q. Both places are whole
/// nibbles of a word, so one shift serves two of its nibbles, an odd one and the even one above it, and the middle two need none.
/// </summary>
internal static class Nibble
{
    /// <summary>What an even nibble is added to.</summary>
    public const float EvenBase = 128;

    /// <summary>What an odd nibble is added to.</summary>
    public const float OddBase = 2048;

    /// <summary>Bits of the fraction of numbers from 128 on that count 8, 4, 2 and 1.</summary>
    public const uint EvenMask = 0x000F_0000;

    /// <summary>The same of numbers from 2048 on.</summary>
    public const uint OddMask = 0x0000_F000;

    /// <summary><see cref="EvenBase"/>'s bits.</summary>
    public const uint EvenBits = 0x4300_0000;

    /// <summary><see cref="OddBase"/>'s bits.</summary>
    public const uint OddBits = 0x4500_0000;

    /// <summary>How far to the left a nibble (0 … 7, from the lowest) has to go to its place; negative: to the right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LeftShift(int nibble) => 16 - (8 * ((nibble + 1) / 2));

    /// <summary>The same to where even nibbles go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int EvenLeftShift(int nibble) => 16 - (4 * nibble);
}
