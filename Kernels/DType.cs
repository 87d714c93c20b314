namespace SpecExecNative.Kernels;

/// <summary>Element types that devices compute with.</summary>
public enum DType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a binary32.</summary>
    BF16,

    /// <summary>Signed 32-bit integer: token ids, positions, slots.</summary>
    I32,

    /// <summary>Weights only: W[n, k] = (q − zero) · scale, q an unsigned nibble, zero (0 … 15) and binary16 scale shared by a group of inputs.</summary>
    Int4,
}

/// <summary>Sizes of <see cref="DType"/>.</summary>
public static class DTypeExtensions
{
    /// <summary>Bytes of one element.</summary>
    public static int Bytes(this DType type) => type switch
    {
        DType.F32 or DType.I32 => 4,
        DType.F16 or DType.BF16 => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };
}
