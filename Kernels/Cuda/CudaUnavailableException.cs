namespace SpecExecNative.Kernels.Cuda;

/// <summary>There is no CUDA here, or none that this program can use: no driver, one that is too old, no card, no card of that number, one that is too old.</summary>
public sealed class CudaUnavailableException : Exception
{
    public CudaUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
