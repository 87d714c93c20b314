using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SpecExecNative.Kernels.Cuda.Interop;

/// <summary>The one cuBLAS routine that is of use here: an oracle and a yardstick for our own matrix products.</summary>
/// <remarks>Source: the cuBLAS reference, versions 12.0 to 13.0.</remarks>
internal static unsafe partial class Cublas
{
    /// <summary>The logical name that <see cref="CudaLibraries"/> turns into a file.</summary>
    public const string Library = "specexec-cublas";

    [LibraryImport(Library)]
    public static partial CublasStatus cublasCreate_v2(out CublasHandle handle);

    [LibraryImport(Library)]
    public static partial CublasStatus cublasDestroy_v2(CublasHandle handle);

    [LibraryImport(Library)]
    public static partial CublasStatus cublasGetVersion_v2(CublasHandle handle, out int version);

    [LibraryImport(Library)]
    public static partial CublasStatus cublasSetStream_v2(CublasHandle handle, CuStream stream);

    [LibraryImport(Library)]
    public static partial CublasStatus cublasSetMathMode(CublasHandle handle, int mode);

    [LibraryImport(Library)]
    public static partial CublasStatus cublasGemmEx(
        CublasHandle handle,
        CublasOperation transposeA, CublasOperation transposeB,
        int m, int n, int k,
        void* alpha,
        DevicePointer a, CublasType aType, int lda,
        DevicePointer b, CublasType bType, int ldb,
        void* beta,
        DevicePointer c, CublasType cType, int ldc,
        CublasCompute compute, int algorithm);

    /// <exception cref="CudaException">The call failed.</exception>
    public static void ThrowOnError(this CublasStatus status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != CublasStatus.Success)
        {
            string name = call[..call.IndexOf('(')];
            throw new CudaException(name[(name.LastIndexOf('.') + 1)..], (int)status, $"CUBLAS_STATUS {status}", "cuBLAS refused or failed");
        }
    }
}

/// <summary>cublasStatus_t.</summary>
internal enum CublasStatus
{
    Success = 0,
    NotInitialized = 1,
    AllocationFailed = 3,
    InvalidValue = 7,
    ArchitectureMismatch = 8,
    ExecutionFailed = 13,
    InternalError = 14,
    NotSupported = 15,
}

/// <summary>cublasOperation_t.</summary>
internal enum CublasOperation
{
    None = 0,
    Transpose = 1,
}

/// <summary>cudaDataType.</summary>
internal enum CublasType
{
    F32 = 0,
    F16 = 2,
    BF16 = 14,
}

/// <summary>cublasComputeType_t.</summary>
internal enum CublasCompute
{
    F32 = 68,
}
