namespace SpecExecNative.CudaEmulator.Ptx;

/// <summary>PTX fundamental and packed types (PTX ISA, "Fundamental Types" and "Packed Data Types").</summary>
public enum PtxType : byte
{
    None,
    Pred,
    B8,
    U8,
    S8,
    B16,
    U16,
    S16,
    F16,
    BF16,
    B32,
    U32,
    S32,
    F32,
    F16x2,
    BF16x2,
    B64,
    U64,
    S64,
    F64,
}
