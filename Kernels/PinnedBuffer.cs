namespace SpecExecNative.Kernels;

/// <summary>
/// Host memory that a device can read and write by itself (page-locked where the device needs it).
/// The host may touch it only while no queued copy uses it.
/// </summary>
public abstract class PinnedBuffer : IDisposable
{
    protected PinnedBuffer(long bytes) => Bytes = bytes;

    /// <summary>Size in bytes; may exceed what one span can cover.</summary>
    public long Bytes { get; }

    /// <summary>The host's view of <paramref name="length"/> bytes from <paramref name="offset"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the buffer.</exception>
    public abstract Span<byte> Span(long offset, int length);

    /// <summary>The first <paramref name="count"/> elements as <typeparamref name="T"/>.</summary>
    public Span<T> As<T>(int count)
        where T : unmanaged
        => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(
            Span(0, checked(count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>())));

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
