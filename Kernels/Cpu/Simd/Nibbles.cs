using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpecExecNative.Kernels.Cpu.Simd;

/// <summary>Half bytes.</summary>
internal static unsafe class Nibbles
{
    private const ulong Lower = 0x0F0F_0F0F_0F0F_0F0F;

    /// <summary>The lower halves of eight bytes, then the upper ones, each in a byte of its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Split(byte* from)
    {
        ulong eight = Unsafe.ReadUnaligned<ulong>(from);
        return Vector128.Create(eight & Lower, (eight >> 4) & Lower).AsByte();
    }
}
