namespace SpecExecNative.Kernels;

/// <summary>
/// A block of one device's memory. Its address never leaves the device's own classes: everybody else
/// speaks of views into it (<see cref="DeviceTensor"/>, <see cref="WeightMatrix"/>, <see cref="KvCacheLayer"/>).
/// </summary>
/// <remarks>Disposing it while queued work still uses it is an error of the caller.</remarks>
public abstract class DeviceBuffer : IDisposable
{
    /// <summary>Weights, cache layers and whole tensors start on a multiple of this many bytes; rows cut out of a tensor on one of their element.</summary>
    public const int Alignment = 256;

    protected DeviceBuffer(long bytes) => Bytes = bytes;

    /// <summary>Size in bytes.</summary>
    public long Bytes { get; }

    /// <summary>The next multiple of <see cref="Alignment"/>.</summary>
    public static long Align(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>A row-major view of this buffer from its start.</summary>
    public DeviceTensor AsTensor(DType type, int rows, int columns) => new(this, 0, type, rows, columns);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
