using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SpecExecNative.Kernels.Cuda.Packing;

/// <summary>From a checkpoint's element to a card's, round to nearest even. Infinities and NaNs stay what they are.</summary>
internal static class ElementConversion
{
    /// <summary>From here on binary16 rounds to infinity.</summary>
    private const uint F16Overflow = 0x477FF000; // 65520

    /// <summary>From here on bfloat16 rounds to infinity.</summary>
    private const uint BF16Overflow = 0x7F7F8000;

    private const uint Infinity = 0x7F800000;
    private const uint Magnitude = 0x7FFFFFFF;

    /// <summary>Converts a row.</summary>
    /// <param name="source">Little-endian elements, any alignment.</param>
    /// <param name="from">Their type.</param>
    /// <param name="destination">One element for each.</param>
    /// <param name="to"><see cref="DType.F16"/> or <see cref="DType.BF16"/>.</param>
    /// <exception cref="WeightOverflowException">A number is finite, but too large.</exception>
    public static void Convert(ReadOnlySpan<byte> source, DType from, Span<ushort> destination, DType to)
    {
        if (from == to)
        {
            source.CopyTo(MemoryMarshal.AsBytes(destination));
            return;
        }

        uint limit = to == DType.F16 ? F16Overflow : BF16Overflow;
        int width = Vector256<uint>.Count;
        int i = 0;
        for (; i <= destination.Length - width; i += width)
        {
            Vector256<uint> bits = Load(source, from, i);
            if (Vector256.LessThanAny(Vector256.Create(limit - 1), bits & Vector256.Create(Magnitude)))
            {
                RequireFit(bits, limit, to);
            }

            Vector256<uint> rounded = to == DType.F16 ? ToF16(bits) : ToBF16(bits);
            Vector256.Narrow(rounded, rounded).GetLower().CopyTo(destination[i..]);
        }

        if (i < destination.Length)
        {
            ConvertTail(source, from, destination, to, i);
        }
    }

    /// <summary>The last few elements, in a full register of their own.</summary>
    private static void ConvertTail(ReadOnlySpan<byte> source, DType from, Span<ushort> destination, DType to, int first)
    {
        Span<byte> padded = stackalloc byte[Vector256<byte>.Count];
        padded.Clear();
        source[(first * from.Bytes())..].CopyTo(padded);
        Span<ushort> converted = stackalloc ushort[Vector256<uint>.Count];
        Convert(padded[..(converted.Length * from.Bytes())], from, converted, to);
        converted[..(destination.Length - first)].CopyTo(destination[first..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Load(ReadOnlySpan<byte> source, DType from, int index)
    {
        if (from == DType.F32)
        {
            return Vector256.Create<uint>(MemoryMarshal.Cast<byte, uint>(source.Slice(index * 4, 32)));
        }

        Vector128<ushort> stored = Vector128.Create<ushort>(MemoryMarshal.Cast<byte, ushort>(source.Slice(index * 2, 16)));
        Vector256<uint> wide = Vector256.Create(Vector128.WidenLower(stored), Vector128.WidenUpper(stored));
        return from == DType.BF16 ? wide << 16 : FromF16(wide);
    }

    /// <summary>Exact: a shift puts exponent and fraction in place, a multiplication by 2¹¹² mends the exponent's bias, subnormals included.</summary>
    private static Vector256<uint> FromF16(Vector256<uint> half)
    {
        Vector256<uint> sign = (half & Vector256.Create(0x8000u)) << 16;
        Vector256<uint> shifted = (half & Vector256.Create(0x7FFFu)) << 13;
        Vector256<uint> scaled = (shifted.AsSingle() * Vector256.Create(5.192296858534828e33f)).AsUInt32();
        Vector256<uint> isSpecial = Vector256.GreaterThanOrEqual(shifted, Vector256.Create(0x7C00u << 13));
        return sign | Vector256.ConditionalSelect(isSpecial, shifted | Vector256.Create(Infinity), scaled);
    }

    private static Vector256<uint> ToBF16(Vector256<uint> bits)
    {
        Vector256<uint> even = (bits >> 16) & Vector256.Create(1u);
        Vector256<uint> rounded = (bits + Vector256.Create(0x7FFFu) + even) >> 16;
        Vector256<uint> quiet = (bits >> 16) | Vector256.Create(0x40u);
        return Vector256.ConditionalSelect(IsNaN(bits), quiet, rounded);
    }

    /// <summary>
    /// Normal results by integer rounding of the fraction; subnormal ones by adding 0.5, whose unit in the last place is
    /// binary16's smallest number, so that the processor's own addition rounds.
    /// </summary>
    private static Vector256<uint> ToF16(Vector256<uint> bits)
    {
        const uint SmallestNormal = 0x38800000; // 2⁻¹⁴
        const uint Half = 0x3F000000;
        Vector256<uint> magnitude = bits & Vector256.Create(Magnitude);
        Vector256<uint> odd = (magnitude >> 13) & Vector256.Create(1u);
        Vector256<uint> normal = (magnitude - Vector256.Create(0x38000000u) + Vector256.Create(0xFFFu) + odd) >> 13;
        Vector256<uint> subnormal = (magnitude.AsSingle() + Vector256.Create(0.5f)).AsUInt32() - Vector256.Create(Half);
        Vector256<uint> result = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(SmallestNormal)), subnormal, normal);
        Vector256<uint> special = Vector256.ConditionalSelect(IsNaN(bits), (magnitude >> 13) | Vector256.Create(0x7E00u), Vector256.Create(0x7C00u));
        result = Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(Infinity)), special & Vector256.Create(0x7FFFu), result);
        return result | ((bits & Vector256.Create(0x80000000u)) >> 16);
    }

    private static Vector256<uint> IsNaN(Vector256<uint> bits)
        => Vector256.GreaterThan(bits & Vector256.Create(Magnitude), Vector256.Create(Infinity));

    private static void RequireFit(Vector256<uint> bits, uint limit, DType to)
    {
        for (int i = 0; i < Vector256<uint>.Count; i++)
        {
            uint magnitude = bits[i] & Magnitude;
            if (magnitude >= limit && magnitude < Infinity)
            {
                throw new WeightOverflowException(BitConverter.UInt32BitsToSingle(bits[i]), to);
            }
        }
    }
}
