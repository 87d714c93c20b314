using System.Runtime.Intrinsics;

namespace SpecExecNative.CudaEmulator.Execution.Collectives;

/// <summary>Widens eight 16-bit floats at a time, exactly.</summary>
internal interface IWidening
{
    /// <param name="bits">The values' bits in the lower halves.</param>
    static abstract Vector256<float> Widen(Vector256<uint> bits);
}

internal readonly struct HalfWidening : IWidening
{
    // Exponent and mantissa move up by 13 bits; a product with 2^112 corrects the bias and normalises subnormals on the
    // way. Infinity and NaN get the largest exponent by hand.
    public static Vector256<float> Widen(Vector256<uint> bits)
    {
        Vector256<uint> magnitude = (bits & Vector256.Create(0x7FFFu)) << 13;
        Vector256<uint> sign = (bits & Vector256.Create(0x8000u)) << 16;
        Vector256<float> scaled = magnitude.AsSingle() * Vector256.Create(BitConverter.UInt32BitsToSingle(0x7780_0000));
        Vector256<uint> special = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(0x0F80_0000u))
            & Vector256.Create(0x7F80_0000u);
        return (scaled.AsUInt32() | special | sign).AsSingle();
    }
}

internal readonly struct BFloatWidening : IWidening
{
    public static Vector256<float> Widen(Vector256<uint> bits) => (bits << 16).AsSingle();
}
