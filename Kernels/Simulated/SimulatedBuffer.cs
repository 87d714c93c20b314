namespace SpecExecNative.Kernels.Simulated;

/// <summary>Memory of a simulated card: a size. Only the few numbers that say how much work there is (positions, prefixes, paths) are kept.</summary>
internal sealed class SimulatedBuffer(SimulatedDevice device, long bytes) : DeviceBuffer(bytes)
{
    private SimulatedDevice? _device = device;
    private byte[] _kept = [];

    /// <summary>Keeps a small copy's bytes.</summary>
    public void Keep(long offset, ReadOnlySpan<byte> content)
    {
        long end = offset + content.Length;
        if (_kept.Length < end)
        {
            Array.Resize(ref _kept, (int)end);
        }

        content.CopyTo(_kept.AsSpan((int)offset));
    }

    /// <summary>Kept integers; zeros where nothing was kept.</summary>
    public ReadOnlySpan<int> Integers(DeviceTensor tensor)
    {
        long end = tensor.ByteOffset + ((long)tensor.Columns * sizeof(int));
        if (_kept.Length < end)
        {
            Array.Resize(ref _kept, (int)end);
        }

        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(_kept.AsSpan((int)tensor.ByteOffset, tensor.Columns * sizeof(int)));
    }

    protected override void Dispose(bool disposing) => Interlocked.Exchange(ref _device, null)?.Free(Bytes);
}
