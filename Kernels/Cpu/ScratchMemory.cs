using System.Runtime.InteropServices;

namespace SpecExecNative.Kernels.Cpu;

/// <summary>Working memory of a queue: grows to the largest op seen and stays, so that a steady state allocates nothing.</summary>
internal sealed unsafe class ScratchMemory : IDisposable
{
    private void* _address;
    private long _bytes;

    /// <summary>Room for at least <paramref name="count"/> floats, contents undefined, aligned to a cache line; valid until the next call.</summary>
    /// <exception cref="DeviceOutOfMemoryException">There is not that much.</exception>
    public float* Floats(long count)
    {
        long bytes = checked(count * sizeof(float));
        if (bytes > _bytes)
        {
            Dispose();
            try
            {
                _address = NativeMemory.AlignedAlloc((nuint)bytes, DeviceBuffer.Alignment);
            }
            catch (OutOfMemoryException e)
            {
                throw new DeviceOutOfMemoryException("CPU", "scratch of an op", bytes, e);
            }

            _bytes = bytes;
        }

        return (float*)_address;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_address);
        _address = null;
        _bytes = 0;
    }
}
