namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>2^x for single precision, the hot function of attention: correct to half a unit in the last place and a
/// thousandth, and several times faster than the library's power function.</summary>
internal static class Approximations
{
    public static float Exp2(float x)
    {
        // Beyond these bounds the result is 0, infinity, or NaN.
        if (!(x > -150f && x < 128f))
        {
            return x >= 128f ? float.PositiveInfinity : float.IsNaN(x) ? x : 0f;
        }

        double whole = Math.Round((double)x);
        double f = (x - whole) * 0.693147180559945309417;

        // Taylor series of e^f for |f| <= ln(2)/2: the next term is below 2^-42.
        double e = 1.0 / 3628800;
        e = (e * f) + (1.0 / 362880);
        e = (e * f) + (1.0 / 40320);
        e = (e * f) + (1.0 / 5040);
        e = (e * f) + (1.0 / 720);
        e = (e * f) + (1.0 / 120);
        e = (e * f) + (1.0 / 24);
        e = (e * f) + (1.0 / 6);
        e = (e * f) + 0.5;
        e = (e * f) + 1;
        e = (e * f) + 1;
        double power = BitConverter.UInt64BitsToDouble((ulong)(1023 + (long)whole) << 52);
        return (float)(e * power);
    }
}
