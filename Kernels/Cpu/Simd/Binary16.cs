namespace SpecExecNative.Kernels.Cpu.Simd;

/// <summary>
/// Constants of the binary16 → binary32 widening. A half shifted left by 13 is a float whose exponent is 112 too small;
/// multiplying by 2^112 mends that exactly, for subnormal halves too. Only exponent 31 (infinity, NaN) comes out as a number,
/// 2^16 or more where no finite half reaches, and needs the bits of an infinity set; a NaN keeps its payload.
/// </summary>
internal static class Binary16
{
    /// <summary>Keeps one sign bit of a sign-extended half that was shifted left by 13.</summary>
    public const int SignExponentMantissa = unchecked((int)0x8FFFE000);

    /// <summary>2^112.</summary>
    public const float Rescale = 5.192296858534828e33f;

    /// <summary>2^16: what the half +∞ comes out as.</summary>
    public const float FirstSpecial = 65536f;
}
