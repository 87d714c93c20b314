using SpecExecNative.CudaEmulator.Driver;

namespace SpecExecNative.CudaEmulator.Blas;

/// <summary>A cuBLAS handle: the stream its work goes to.</summary>
internal sealed class BlasHandle(Context owner) : DriverObject(owner)
{
    /// <summary>Handle of the stream; 0 for the default stream.</summary>
    internal nint Stream { get; set; }
}
