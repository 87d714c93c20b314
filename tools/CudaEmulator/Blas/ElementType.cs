namespace SpecExecNative.CudaEmulator.Blas;

/// <summary>cudaDataType: the types of matrix elements that are emulated.</summary>
internal enum ElementType
{
    Float32 = 0,
    Float16 = 2,
    BFloat16 = 14,
}
