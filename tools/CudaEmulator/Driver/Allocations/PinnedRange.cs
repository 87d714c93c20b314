using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Driver.Allocations;

/// <summary>Page-locked host memory: allocated by the driver, or the caller's own, registered.</summary>
/// <param name="Address">First byte.</param>
/// <param name="Bytes">Length.</param>
/// <param name="IsRegistered">Whether it belongs to the caller.</param>
/// <param name="Mapped">What kernels see of it; null where mapping was not asked for.</param>
internal sealed record PinnedRange(ulong Address, long Bytes, bool IsRegistered, DeviceBlock? Mapped)
{
    internal ulong End => Address + (ulong)Bytes;
}
