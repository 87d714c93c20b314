using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Blas;
using SpecExecNative.CudaEmulator.Driver;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>cuBLAS, computed plainly.</summary>
internal static unsafe class CublasExports
{
    private const int Compute32F = 68;
    private const int Compute32FPedantic = 69;
    private const int LastOperation = 2;

    [UnmanagedCallersOnly(EntryPoint = "cublasCreate_v2")]
    internal static int Create(nint* handle) => Call("cublasCreate_v2", driver =>
    {
        CudaFailure.ThrowIf(handle is null, CudaResult.InvalidValue);
        *handle = BlasCalls.Create(driver);
    });

    [UnmanagedCallersOnly(EntryPoint = "cublasDestroy_v2")]
    internal static int Destroy(nint handle) => Call("cublasDestroy_v2", driver => BlasCalls.Destroy(driver, handle));

    [UnmanagedCallersOnly(EntryPoint = "cublasSetStream_v2")]
    internal static int SetStream(nint handle, nint stream) =>
        Call("cublasSetStream_v2", driver => BlasCalls.SetStream(driver, handle, stream));

    /// <summary>Taken and without effect: the emulated product is exact in every mode.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cublasSetMathMode")]
    internal static int SetMathMode(nint handle, int mode) =>
        Call("cublasSetMathMode", driver => BlasCalls.RequireHandle(driver, handle));

    [UnmanagedCallersOnly(EntryPoint = "cublasGetVersion_v2")]
    internal static int GetVersion(nint handle, int* version) => Call("cublasGetVersion_v2", driver =>
    {
        CudaFailure.ThrowIf(version is null, CudaResult.InvalidValue);
        *version = BlasCalls.Version;
    });

    [UnmanagedCallersOnly(EntryPoint = "cublasGemmEx")]
    internal static int GemmEx(
        nint handle, int transposeA, int transposeB, int m, int n, int k, float* alpha, ulong a, int typeA, int leadingA,
        ulong b, int typeB, int leadingB, float* beta, ulong c, int typeC, int leadingC, int compute, int algorithm) =>
        Call("cublasGemmEx", driver =>
        {
            bool isKnown = compute is Compute32F or Compute32FPedantic
                && BlasCalls.Supports((ElementType)typeA, (ElementType)typeB, (ElementType)typeC);
            CudaFailure.ThrowIf(!isKnown, CudaResult.NotSupported);
            bool hasOperations = (uint)transposeA <= LastOperation && (uint)transposeB <= LastOperation;
            CudaFailure.ThrowIf(!hasOperations || m < 0 || n < 0 || k < 0 || alpha is null || beta is null, CudaResult.InvalidValue);
            var left = new Matrix(a, (ElementType)typeA, transposeA == 0 ? m : k, transposeA == 0 ? k : m, leadingA);
            var right = new Matrix(b, (ElementType)typeB, transposeB == 0 ? k : n, transposeB == 0 ? n : k, leadingB);
            var result = new Matrix(c, (ElementType)typeC, m, n, leadingC);
            CudaFailure.ThrowIf(!HasRoom(left) || !HasRoom(right) || !HasRoom(result), CudaResult.InvalidValue);
            if (m > 0 && n > 0)
            {
                BlasCalls.Gemm(driver, handle, new GemmWork(left, transposeA != 0, right, transposeB != 0, result, *alpha, *beta));
            }
        });

    private static bool HasRoom(Matrix matrix) => matrix.Leading >= Math.Max(1, matrix.Rows);

    private static int Call(string name, Action<DriverState> body) => (int)((CudaResult)Entry.Call(name, body) switch
    {
        CudaResult.Success => BlasStatus.Success,
        CudaResult.InvalidHandle or CudaResult.InvalidContext or CudaResult.NotInitialized => BlasStatus.NotInitialized,
        CudaResult.OutOfMemory => BlasStatus.AllocationFailed,
        CudaResult.InvalidValue => BlasStatus.InvalidValue,
        CudaResult.NotSupported => BlasStatus.NotSupported,
        CudaResult.Unknown => BlasStatus.InternalError,
        _ => BlasStatus.ExecutionFailed,
    });
}
