using SpecExecNative.Kernels.Cuda.Interop;
using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>Page-locked host memory, which copies to and from the card go through without the processor.</summary>
internal sealed unsafe class CudaPinnedBuffer(HostMemoryHandle memory, long bytes) : PinnedBuffer(bytes)
{
    private DevicePointer? _mapped;

    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public byte* Address => memory.Address;

    /// <summary>Kernels can read it.</summary>
    public bool IsMapped => memory.PieceBytes == long.MaxValue;

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

    /// <summary>How many of <paramref name="bytes"/> from <paramref name="offset"/> one copy may take: the driver may know the memory only in pieces.</summary>
    public long WithinPiece(long offset, long bytes) => Math.Min(bytes, memory.PieceBytes - (offset % memory.PieceBytes));

    public override Span<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Bytes - length);
        return new Span<byte>(memory.Address + offset, length);
    }

    protected override void Dispose(bool disposing) => memory.Dispose();
}
