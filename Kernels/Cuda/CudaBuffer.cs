using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>A block of a card's memory, or of host memory that the card writes by itself.</summary>
internal sealed class CudaBuffer : DeviceBuffer
{
    private readonly ContextResource _memory;
    private readonly DevicePointer _pointer;

    public CudaBuffer(CudaDevice device, DeviceMemoryHandle memory, long bytes)
        : base(bytes)
        => (Device, _memory, _pointer) = (device, memory, memory.Pointer);

    public CudaBuffer(CudaDevice device, HostMemoryHandle memory, DevicePointer mapped, long bytes)
        : base(bytes)
        => (Device, _memory, _pointer) = (device, memory, mapped);

    /// <summary>Whose memory it is.</summary>
    public CudaDevice Device { get; }

    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public DevicePointer Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
            return _pointer;
        }
    }

    protected override void Dispose(bool disposing) => _memory.Dispose();
}
