using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Driver.Allocations;

/// <summary>A context's page-locked host memory. Guarded by the driver's gate.</summary>
/// <param name="memory">Where mapped memory is entered for the kernels.</param>
/// <param name="limitBytes">What the system grants.</param>
internal sealed unsafe class PinnedMemory(DeviceMemory memory, long limitBytes)
{
    private const nuint PageBytes = 4096;

    // Undefined content is given as noise, but not at the price of committing a whole machine's memory.
    private const long MostNoise = 1 << 20;
    private const byte Noise = 0xA5;

    private readonly SortedList<ulong, PinnedRange> _ranges = [];

    internal IEnumerable<PinnedRange> Ranges => _ranges.Values;

    internal long Bytes { get; private set; }

    internal PinnedRange Allocate(long bytes, HostAllocationFlags flags)
    {
        CudaFailure.ThrowIf(bytes <= 0 || (flags & ~HostAllocationFlags.All) != 0, CudaResult.InvalidValue);
        CudaFailure.ThrowIf(bytes > limitBytes - Bytes, CudaResult.OutOfMemory);
        byte* data = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, PageBytes);
        NativeMemory.Fill(data, (nuint)Math.Min(bytes, MostNoise), Noise);
        return Enter(data, bytes, isRegistered: false, flags.HasFlag(HostAllocationFlags.Mapped));
    }

    internal PinnedRange Register(nint address, long bytes, HostRegistrationFlags flags)
    {
        CudaFailure.ThrowIf(address == 0 || bytes <= 0 || (flags & ~HostRegistrationFlags.All) != 0, CudaResult.InvalidValue);
        CudaFailure.ThrowIf(Overlaps((ulong)address, bytes), CudaResult.HostMemoryAlreadyRegistered);
        CudaFailure.ThrowIf(bytes > limitBytes - Bytes, CudaResult.OutOfMemory);
        return Enter((byte*)address, bytes, isRegistered: true, flags.HasFlag(HostRegistrationFlags.Mapped));
    }

    /// <summary>The range that holds all of these bytes; null when they are pageable.</summary>
    internal PinnedRange? Find(ulong address, long bytes)
    {
        foreach (PinnedRange range in _ranges.Values)
        {
            if (range.Address <= address && address + (ulong)bytes <= range.End)
            {
                return range;
            }
        }

        return null;
    }

    /// <summary>
    /// Pinned in part, or in several ranges: CUDA's manual has copies of memory that is not wholly of one kind refused, and promises nothing of
    /// neighbours that were registered one by one.
    /// </summary>
    internal bool IsTorn(ulong address, long bytes) => Find(address, bytes) is null && Overlaps(address, bytes);

    /// <summary>The range that begins here.</summary>
    internal PinnedRange? At(nint address) => _ranges.GetValueOrDefault((ulong)address);

    internal void Release(PinnedRange range)
    {
        _ranges.Remove(range.Address);
        Bytes -= range.Bytes;
        if (range.Mapped is not null)
        {
            memory.Remove(range.Mapped);
            range.Mapped.Dispose();
        }

        if (!range.IsRegistered)
        {
            NativeMemory.AlignedFree((void*)range.Address);
        }
    }

    private PinnedRange Enter(byte* data, long bytes, bool isRegistered, bool isMapped)
    {
        DeviceBlock? mapped = null;
        if (isMapped)
        {
            mapped = DeviceBlock.Wrap(data, bytes, DeviceBlockKind.MappedHost);
            memory.Add(mapped);
        }

        var range = new PinnedRange((ulong)data, bytes, isRegistered, mapped);
        _ranges.Add(range.Address, range);
        Bytes += bytes;
        return range;
    }

    private bool Overlaps(ulong address, long bytes) =>
        _ranges.Values.Any(range => range.Address < address + (ulong)bytes && address < range.End);
}
