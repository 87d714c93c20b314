using System.Runtime.InteropServices;

namespace SpecExecNative.Kernels.Cpu;

/// <summary>
/// Aligned native memory, freed once. All blocks of the process together stay within the machine's memory: malloc promises
/// more than there is, and a model that is read into such a promise layer by layer would be killed, not refused.
/// </summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    private static long _allocatedBytes;
    private readonly long _bytes;
    private void* _address;

    /// <exception cref="DeviceOutOfMemoryException">The machine does not have that much.</exception>
    public NativeBlock(long bytes, string device, string purpose, int alignment = DeviceBuffer.Alignment)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);

        if (Interlocked.Add(ref _allocatedBytes, bytes) is var total && (total < 0 || total > MainMemory.UsableBytes))
        {
            Interlocked.Add(ref _allocatedBytes, -bytes);
            throw new DeviceOutOfMemoryException(device, purpose, bytes);
        }

        _bytes = bytes;
        try
        {
            _address = NativeMemory.AlignedAlloc((nuint)bytes, (nuint)alignment);
        }
        catch (OutOfMemoryException e)
        {
            Interlocked.Add(ref _allocatedBytes, -bytes);
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
        if (address is not null)
        {
            NativeMemory.AlignedFree(address);
            Interlocked.Add(ref _allocatedBytes, -_bytes);
        }
    }
}
