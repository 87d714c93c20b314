using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Bench.Cuda;

/// <summary>cuBLAS's matrix product on a queue of ours: the yardstick.</summary>
internal sealed unsafe class CublasProduct : IDisposable
{
    private readonly CublasHandle _handle;
    private readonly CublasType _element;

    private CublasProduct(CublasHandle handle, CublasType element) => (_handle, _element) = (handle, element);

    /// <summary>Null: there is no cuBLAS on this machine.</summary>
    public static CublasProduct? TryCreate(CudaDevice device, ComputeQueue queue)
    {
        if (CudaLibraries.Find(CudaLibrary.Cublas).Found is null)
        {
            return null;
        }

        CuStream stream = ((CudaQueue)queue).Stream;
        Cublas.cublasCreate_v2(out CublasHandle handle).ThrowOnError();
        Cublas.cublasSetStream_v2(handle, stream).ThrowOnError();
        return new CublasProduct(handle, device.ActivationType == DType.BF16 ? CublasType.BF16 : CublasType.F16);
    }

    /// <summary>output (F32 <c>[M, N]</c>) = input (<c>[M, K]</c>) · weightᵀ (<c>[N, K]</c>), all row-major, i.e. transposed to cuBLAS.</summary>
    public void Multiply(DeviceTensor input, DeviceTensor weight, DeviceTensor output)
    {
        const int DefaultAlgorithm = -1;
        float one = 1f;
        float zero = 0f;
        int columns = input.Columns;
        Cublas.cublasGemmEx(
            _handle, CublasOperation.Transpose, CublasOperation.None, weight.Rows, input.Rows, columns,
            &one, Address(weight), _element, columns, Address(input), _element, columns,
            &zero, Address(output), CublasType.F32, weight.Rows, CublasCompute.F32, DefaultAlgorithm).ThrowOnError();
    }

    public void Dispose() => _ = Cublas.cublasDestroy_v2(_handle);

    private static DevicePointer Address(DeviceTensor tensor) => new(((CudaBuffer)tensor.Buffer).Pointer.Address + (ulong)tensor.ByteOffset);
}
