namespace SpecExecNative.Kernels.Cpu.Simd;

/// <summary>
/// Constants of the binary16 → binary32 widening. A half shifted left by 13 is a float whose exponent is 112 too small;
/// multiplying by 2^112 mends that exactly, for subnormal halves too. Only exponent 31 (infinity, NaN) needs its bits set.
/// </summary>
internal static class Binary16
{
    /// <summary>Keeps one sign bit of a sign-extended half that was shifted left by 13.</summary>
    public const int SignExponentMantissa = unchecked((int)0x8FFFE000);

    /// <summary>The half's exponent field after that shift.</summary>
    public const int Exponent = 0x0F800000;

    /// <summary>Exponent field of a binary32 infinity or NaN.</summary>
    public const int Infinity = 0x7F800000;

    /// <summary>2^112.</summary>
    public const float Rescale = 5.192296858534828e33f;
}
