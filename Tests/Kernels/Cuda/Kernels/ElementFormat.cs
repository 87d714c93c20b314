using SpecExecNative.Kernels;

namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>The 16-bit floats that kernels compute with, converted by other code than the kernels'.</summary>
internal static class ElementFormat
{
    /// <summary>Rounds to nearest, ties to even.</summary>
    public static ushort Encode(DType type, float value)
    {
        if (type == DType.F16)
        {
            return BitConverter.HalfToUInt16Bits((Half)value);
        }

        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)0x7fff : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    public static float Decode(DType type, ushort bits)
        => type == DType.F16 ? (float)BitConverter.UInt16BitsToHalf(bits) : BitConverter.UInt32BitsToSingle((uint)bits << 16);

    public static ushort[] Encode(DType type, float[] values) => Array.ConvertAll(values, value => Encode(type, value));

    public static float[] Decode(DType type, ushort[] bits) => Array.ConvertAll(bits, b => Decode(type, b));

    /// <summary>The values after a round trip.</summary>
    public static float[] Round(DType type, float[] values) => Decode(type, Encode(type, values));

    /// <summary>
    /// Normalised mean square error that a result in this type may have: one rounding gives about 2^-24 / 3 (f16) and
    /// 2^-18 / 3 (bf16), the sums before it as much again.
    /// </summary>
    public static double Bound(DType type) => type switch
    {
        DType.F16 => 1e-6,
        DType.BF16 => 1e-5,
        _ => 1e-10,
    };
}
