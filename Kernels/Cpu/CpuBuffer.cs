namespace SpecExecNative.Kernels.Cpu;

/// <summary>A block of memory of <see cref="CpuDevice"/>.</summary>
internal sealed unsafe class CpuBuffer(long bytes, string device, string purpose) : DeviceBuffer(bytes)
{
    private readonly NativeBlock _memory = new(bytes, device, purpose);

    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public byte* Address => _memory.Address;

    protected override void Dispose(bool disposing) => _memory.Dispose();
}
