using System.Runtime.CompilerServices;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>Conversions between the float formats with PTX's roundings, and its canonical NaNs.</summary>
internal static class FloatFormats
{
    private const ushort NaN16 = 0x7FFF;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float HalfToSingle(uint bits) => (float)BitConverter.UInt16BitsToHalf((ushort)bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float BFloatToSingle(uint bits) => BitConverter.UInt32BitsToSingle(bits << 16);

    /// <summary>Nearest f16, ties to even; NaN is canonical.</summary>
    public static uint SingleToHalf(float value) =>
        float.IsNaN(value) ? NaN16 : BitConverter.HalfToUInt16Bits((Half)value);

    public static uint DoubleToHalf(double value) =>
        double.IsNaN(value) ? NaN16 : BitConverter.HalfToUInt16Bits((Half)value);

    /// <summary>Nearest bf16, ties to even; NaN is canonical.</summary>
    public static uint SingleToBFloat(float value)
    {
        if (float.IsNaN(value))
        {
            return NaN16;
        }

        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    }

    /// <summary>Towards zero: a finite value stays finite.</summary>
    public static uint SingleToBFloatTruncated(float value) =>
        float.IsNaN(value) ? NaN16 : BitConverter.SingleToUInt32Bits(value) >> 16;

    /// <summary>f32 to f16 towards zero.</summary>
    public static uint SingleToHalfTruncated(float value)
    {
        if (float.IsNaN(value))
        {
            return NaN16;
        }

        uint nearest = SingleToHalf(value);
        float back = HalfToSingle(nearest);

        // One step back towards zero where rounding went away from it; infinity so becomes the largest finite value.
        return MathF.Abs(back) > MathF.Abs(value) && !float.IsInfinity(value) ? nearest - 1 : nearest;
    }

    /// <summary>a·b + c in bf16 with one rounding. The product of two bf16 is exact in double; the sum is made odd where
    /// it is inexact, so that the second rounding cannot see a tie that is none.</summary>
    public static uint FusedBFloat(float a, float b, float c)
    {
        double product = (double)a * b;
        double sum = product + c;
        if (!double.IsFinite(sum))
        {
            return SingleToBFloat((float)sum);
        }

        sum = RoundToOdd(sum, AdditionError(product, c, sum));
        float single = (float)sum;
        if (!float.IsInfinity(single))
        {
            // The same trick once more for double to single.
            float towards = single;
            double lost = sum - single;
            uint bits = BitConverter.SingleToUInt32Bits(towards);
            if (lost != 0 && (bits & 1) == 0)
            {
                bool outward = (lost > 0) == (sum > 0);
                bits = outward ? bits + 1 : bits - 1;
                single = BitConverter.UInt32BitsToSingle(bits);
            }
        }

        return SingleToBFloat(single);
    }

    /// <summary>a·b + c in single precision, rounded in a direction (fma.rz, .rm, .rp).</summary>
    public static float FusedDirected(float a, float b, float c, Rounding rounding)
    {
        double product = (double)a * b;
        double sum = product + c;
        if (!double.IsFinite(sum))
        {
            return (float)sum;
        }

        // A zero of terms with two signs is negative when rounding down.
        if (sum == 0 && double.IsNegative(product) != float.IsNegative(c))
        {
            return rounding == Rounding.Down ? -0f : 0f;
        }

        sum = RoundToOdd(sum, AdditionError(product, c, sum));
        float nearest = (float)sum;
        bool down = rounding == Rounding.Down || (rounding == Rounding.Zero && sum > 0);
        return down
            ? nearest > sum ? MathF.BitDecrement(nearest) : nearest
            : nearest < sum ? MathF.BitIncrement(nearest) : nearest;
    }

    /// <summary>A subnormal becomes a zero of its sign.</summary>
    public static float Flush(float value) => float.IsSubnormal(value) ? MathF.CopySign(0, value) : value;

    /// <summary>Clamped to [0, 1]; NaN becomes 0, and so does -0.</summary>
    public static float Saturate(float value) => value > 0 ? MathF.Min(value, 1) : 0;

    public static float Canonical(float value) =>
        float.IsNaN(value) ? BitConverter.UInt32BitsToSingle(0x7FFF_FFFF) : value;

    // Knuth's two-sum: exact.
    private static double AdditionError(double a, double b, double sum)
    {
        double virtualB = sum - a;
        return (a - (sum - virtualB)) + (b - virtualB);
    }

    private static double RoundToOdd(double value, double error)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        if (error == 0 || (bits & 1) != 0)
        {
            return value;
        }

        bool outward = (error > 0) == (value > 0);
        return BitConverter.UInt64BitsToDouble(outward ? bits + 1 : bits - 1);
    }
}
