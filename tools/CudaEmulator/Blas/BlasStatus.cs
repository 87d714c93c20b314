namespace SpecExecNative.CudaEmulator.Blas;

/// <summary>cublasStatus_t.</summary>
internal enum BlasStatus
{
    Success = 0,
    NotInitialized = 1,
    AllocationFailed = 3,
    InvalidValue = 7,
    MappingError = 11,
    ExecutionFailed = 13,
    InternalError = 14,
    NotSupported = 15,
}
