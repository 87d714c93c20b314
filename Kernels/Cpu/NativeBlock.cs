using System.Runtime.InteropServices;

namespace SpecExecNative.Kernels.Cpu;

/// <summary>Aligned native memory, freed once.</summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    private void* _address;

    /// <exception cref="DeviceOutOfMemoryException">The machine does not have that much.</exception>
    public NativeBlock(long bytes, string device, string purpose)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);

        // malloc promises more than there is; what exceeds the whole machine is refused here, not at the first touch.
        // In a container the runtime counts three quarters of the limit as available.
        if (bytes / 4 * 3 > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            throw new DeviceOutOfMemoryException(device, purpose, bytes);
        }

        try
        {
            _address = NativeMemory.AlignedAlloc((nuint)bytes, DeviceBuffer.Alignment);
        }
        catch (OutOfMemoryException e)
        {
            throw new DeviceOutOfMemoryException(device, purpose, bytes, e);
        }
    }

    /// <exception cref="ObjectDisposedException">The memory was freed.</exception>
    public byte* Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_address is null, typeof(DeviceBuffer));
            return (byte*)_address;
        }
    }

    public void Dispose()
    {
        void* address = _address;
        _address = null;
        NativeMemory.AlignedFree(address);
    }
}
