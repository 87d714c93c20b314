namespace SpecExecNative.Kernels.Cpu;

/// <summary>Host memory; a CPU needs no page lock to read it.</summary>
internal sealed unsafe class CpuPinnedBuffer(long bytes, string device, string purpose) : PinnedBuffer(bytes)
{
    private const int PageBytes = 4096; // what unbuffered reads ask for

    private readonly NativeBlock _memory = new(bytes, device, purpose, PageBytes);

    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public byte* Address => _memory.Address;

    public override Span<byte> Span(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Bytes - length);
        return new Span<byte>(_memory.Address + offset, length);
    }

    protected override void Dispose(bool disposing) => _memory.Dispose();
}
