using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

internal readonly struct And<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => a & b;

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b) => a & b;
}

internal readonly struct Or<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => a | b;

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b) => a | b;
}

internal readonly struct ExclusiveOr<T> : IVectorBinary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a, T b) => a ^ b;

    public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b) => a ^ b;
}

internal readonly struct Not<T> : IVectorUnary<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a) => ~a;

    public static Vector256<T> Apply(Vector256<T> a) => ~a;
}

/// <summary>cnot: 1 where the source is 0.</summary>
internal readonly struct LogicalNot<T> : IUnary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a) => T.IsZero(a) ? T.One : T.Zero;
}

internal readonly struct Copy<T> : IVectorUnary<T>
    where T : unmanaged
{
    public static T Apply(T a) => a;

    public static Vector256<T> Apply(Vector256<T> a) => a;
}

// Shift amounts are unsigned 32-bit and clamp at the width (PTX ISA, shl and shr).
internal readonly struct ShiftLeft16 : IBinary<uint, uint>
{
    public static uint Apply(uint a, uint b) => b > 15 ? 0u : (ushort)(a << (int)b);
}

internal readonly struct ShiftLeft32 : IBinary<uint, uint>
{
    public static uint Apply(uint a, uint b) => b > 31 ? 0 : a << (int)b;
}

internal readonly struct ShiftRight16 : IBinary<uint, uint>
{
    public static uint Apply(uint a, uint b) => b > 15 ? 0 : a >> (int)b;
}

internal readonly struct ShiftRight32 : IBinary<uint, uint>
{
    public static uint Apply(uint a, uint b) => b > 31 ? 0 : a >> (int)b;
}

internal readonly struct ShiftRightSigned16 : IBinary<uint, uint>
{
    public static uint Apply(uint a, uint b) => (ushort)((short)a >> (int)Math.Min(b, 15u));
}

internal readonly struct ShiftRightSigned32 : IBinary<uint, uint>
{
    public static uint Apply(uint a, uint b) => (uint)((int)a >> (int)Math.Min(b, 31u));
}

internal readonly struct ShiftLeft64 : ITernary<ulong, uint, ulong>
{
    public static ulong Apply(ulong a, ulong unused, uint c) => c > 63 ? 0 : a << (int)c;
}

internal readonly struct ShiftRight64 : ITernary<ulong, uint, ulong>
{
    public static ulong Apply(ulong a, ulong unused, uint c) => c > 63 ? 0 : a >> (int)c;
}

internal readonly struct ShiftRightSigned64 : ITernary<ulong, uint, ulong>
{
    public static ulong Apply(ulong a, ulong unused, uint c) => (ulong)((long)a >> (int)Math.Min(c, 63));
}

/// <summary>shf.l: the upper word of (b:a) shifted left.</summary>
internal readonly struct FunnelLeftClamp : ITernary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c) => (uint)(((((ulong)b << 32) | a) << (int)Math.Min(c, 32)) >> 32);
}

internal readonly struct FunnelLeftWrap : ITernary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c) => (uint)(((((ulong)b << 32) | a) << (int)(c & 31)) >> 32);
}

/// <summary>shf.r: the lower word of (b:a) shifted right.</summary>
internal readonly struct FunnelRightClamp : ITernary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c) => (uint)((((ulong)b << 32) | a) >> (int)Math.Min(c, 32));
}

internal readonly struct FunnelRightWrap : ITernary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c) => (uint)((((ulong)b << 32) | a) >> (int)(c & 31));
}

internal readonly struct PopulationCount<T> : IUnary<T, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Apply(T a) => uint.CreateTruncating(T.PopCount(a));
}

internal readonly struct LeadingZeros<T> : IUnary<T, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Apply(T a) => uint.CreateTruncating(T.LeadingZeroCount(a));
}

internal readonly struct ReverseBits<T> : IUnary<T, T>
    where T : unmanaged, IBinaryInteger<T>
{
    public static T Apply(T a)
    {
        T result = T.Zero;
        for (int bit = 0; bit < 8 * Unsafe.SizeOf<T>(); bit++)
        {
            result = (result << 1) | (a & T.One);
            a >>>= 1;
        }

        return result;
    }
}

/// <summary>bfind: place of the highest bit that differs from the sign, 0xFFFFFFFF if none does.</summary>
internal readonly struct HighestBit<T> : IUnary<T, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Apply(T a)
    {
        T magnitude = T.IsNegative(a) ? ~a : a;
        return unchecked((uint)((8 * Unsafe.SizeOf<T>()) - 1) - uint.CreateTruncating(T.LeadingZeroCount(magnitude)));
    }
}

/// <summary>bfind.shiftamt: by how much to shift left to bring that bit to the top.</summary>
internal readonly struct HighestBitShift<T> : IUnary<T, uint>
    where T : unmanaged, IBinaryInteger<T>
{
    public static uint Apply(T a)
    {
        uint place = HighestBit<T>.Apply(a);
        return place == uint.MaxValue ? place : (uint)((8 * Unsafe.SizeOf<T>()) - 1) - place;
    }
}

internal readonly struct DotProduct4 : ITernary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c)
    {
        int sum = (int)c;
        for (int shift = 0; shift < 32; shift += 8)
        {
            sum = unchecked(sum + ((sbyte)(a >> shift) * (sbyte)(b >> shift)));
        }

        return (uint)sum;
    }
}

internal readonly struct DotProduct4Unsigned : ITernary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c)
    {
        for (int shift = 0; shift < 32; shift += 8)
        {
            c = unchecked(c + ((uint)(byte)(a >> shift) * (byte)(b >> shift)));
        }

        return c;
    }
}

/// <summary>prmt in its default mode: each nibble of c picks a byte of (b:a), its top bit replicates that byte's
/// sign.</summary>
internal readonly struct PermuteBytes : ITernary<uint, uint, uint>
{
    public static uint Apply(uint a, uint b, uint c)
    {
        ulong bytes = ((ulong)b << 32) | a;
        uint result = 0;
        for (int i = 0; i < 4; i++)
        {
            uint selector = (c >> (4 * i)) & 0xF;
            uint value = (byte)(bytes >> (int)(8 * (selector & 7)));
            if ((selector & 8) != 0)
            {
                value = (value & 0x80) != 0 ? 0xFFu : 0;
            }

            result |= value << (8 * i);
        }

        return result;
    }
}
