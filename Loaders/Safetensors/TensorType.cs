namespace SpecExecNative.Loaders.Safetensors;

/// <summary>
/// Element types of the safetensors format. The order is the format's own: the reference writer sorts by it,
/// and it is by size, so the order must stay.
/// </summary>
public enum TensorType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>4-bit float (E2M1), two to a byte.</summary>
    F4,

    /// <summary>6-bit float, 2 bits of exponent.</summary>
    F6E2M3,

    /// <summary>6-bit float, 3 bits of exponent.</summary>
    F6E3M2,

    U8,
    I8,
    F8E5M2,

    /// <summary>PyTorch's <c>float8_e4m3fn</c>.</summary>
    F8E4M3,

    /// <summary>An exponent alone: the shared scale of the OCP microscaling formats.</summary>
    F8E8M0,

    F8E4M3Fnuz,
    F8E5M2Fnuz,
    I16,
    U16,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a binary32.</summary>
    BF16,

    I32,
    U32,

    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>Two binary32: real, imaginary.</summary>
    C64,

    /// <summary>IEEE 754 binary64.</summary>
    F64,

    I64,
    U64,
}
