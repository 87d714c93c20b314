using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Driver.Allocations;

/// <summary>The card's memory: what is allocated, and how much of it there is. Guarded by the driver's gate.</summary>
internal sealed class DeviceHeap(DeviceMemory memory, long totalBytes)
{
    // The driver hands out memory in pieces of this size, so many small allocations cost more than their bytes.
    private const long Granule = 512;

    private readonly Dictionary<ulong, DeviceBlock> _blocks = [];

    internal long TotalBytes { get; } = totalBytes;

    internal long UsedBytes { get; private set; }

    internal long PeakBytes { get; private set; }

    /// <summary>Live allocations, variables of modules not counted.</summary>
    internal int Count => _blocks.Values.Count(block => block.Kind == DeviceBlockKind.Device);

    internal IReadOnlyCollection<DeviceBlock> Blocks => _blocks.Values;

    /// <exception cref="CudaFailure">INVALID_VALUE for no bytes, OUT_OF_MEMORY beyond the card's.</exception>
    internal DeviceBlock Allocate(long bytes, DeviceBlockKind kind = DeviceBlockKind.Device)
    {
        CudaFailure.ThrowIf(bytes <= 0, CudaResult.InvalidValue);
        CudaFailure.ThrowIf(bytes > TotalBytes || Rounded(bytes) > TotalBytes - UsedBytes, CudaResult.OutOfMemory);
        var block = DeviceBlock.Allocate(bytes, kind);
        UsedBytes += Rounded(bytes);
        PeakBytes = Math.Max(PeakBytes, UsedBytes);
        memory.Add(block);
        _blocks.Add(block.Address, block);
        return block;
    }

    /// <summary>The allocation that begins here.</summary>
    internal DeviceBlock? At(ulong address) => _blocks.GetValueOrDefault(address);

    internal void Free(DeviceBlock block)
    {
        memory.Remove(block);
        _blocks.Remove(block.Address);
        UsedBytes -= Rounded(block.Bytes);
        block.Dispose();
    }

    private static long Rounded(long bytes) => (bytes + Granule - 1) / Granule * Granule;
}
