using SpecExecNative.Kernels.Cuda.Memory;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>Page-locked host memory, which copies to and from the card go through without the processor.</summary>
internal sealed unsafe class CudaPinnedBuffer(PinnedMemoryHandle memory, long bytes) : PinnedBuffer(bytes)
{
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public byte* Address => memory.Address;

    public override Span<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Bytes - length);
        return new Span<byte>(memory.Address + offset, length);
    }

    protected override void Dispose(bool disposing) => memory.Dispose();
}
