using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>Page-locked host memory, which copies to and from the card go through without the processor.</summary>
internal sealed unsafe class CudaPinnedBuffer(PinnedMemoryHandle memory, long bytes) : PinnedBuffer(bytes)
{
    private DevicePointer? _mapped;

    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public byte* Address => memory.Address;

    /// <summary>Where kernels find it. Not every system has it where the host does.</summary>
    public DevicePointer Mapped
    {
        get
        {
            if (_mapped is not { } known)
            {
                CudaDriver.cuMemHostGetDevicePointer_v2(out known, memory.Address, 0).ThrowOnError();
                _mapped = known;
            }

            return known;
        }
    }

    public override Span<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Bytes - length);
        return new Span<byte>(memory.Address + offset, length);
    }

    protected override void Dispose(bool disposing) => memory.Dispose();
}
