using SpecExecNative.Kernels.Cuda.Interop;

namespace SpecExecNative.Kernels.Cuda.Memory;

/// <summary>
/// Memory for what a queue's ops leave for their own second half. An op has all of it until the next op of the queue. It grows to
/// the largest op seen; what it grew out of stays until the end, because captured work goes on using it.
/// </summary>
internal sealed class QueueScratch(string device, PrimaryContext context) : IDisposable
{
    private readonly List<DeviceMemoryHandle> _blocks = [];
    private long _bytes;

    /// <summary>At least so many bytes.</summary>
    /// <exception cref="DeviceOutOfMemoryException">The card has not that much.</exception>
    public DevicePointer Take(long bytes)
    {
        if (bytes > _bytes)
        {
            Grow(Math.Max(bytes, 2 * _bytes));
        }

        return _blocks[^1].Pointer;
    }

    public void Dispose() => _blocks.ForEach(block => block.Dispose());

    private void Grow(long bytes)
    {
        try
        {
            _blocks.Add(new DeviceMemoryHandle(context, bytes));
            _bytes = bytes;
        }
        catch (CudaException e) when (e.Code == (int)CudaResult.OutOfMemory)
        {
            throw new DeviceOutOfMemoryException(device, "intermediate results", bytes, e);
        }
    }
}
