using SpecExecNative.CudaEmulator.Driver.Streams;
using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Driver.Work;

/// <summary>Fills memory with a value of 1 or 4 bytes.</summary>
internal sealed unsafe class FillWork(ulong address, uint value, int width, long count) : DeviceWork
{
    private readonly MemoryAccess[] _footprint = [new(address, count * width, AccessKind.Write)];

    internal override Engine Engine => Engine.Compute;

    internal override string Description => $"fill of {count * width} bytes at 0x{address:x}";

    internal override IReadOnlyList<MemoryAccess> Footprint => _footprint;

    internal override void Execute(WorkSite site)
    {
        long bytes = count * width;
        DeviceBlock block = site.Require(address, bytes, Description);
        if (width == sizeof(uint))
        {
            uint* words = (uint*)address;
            for (long i = 0; i < count; i++)
            {
                words[i] = value;
            }
        }
        else
        {
            System.Runtime.InteropServices.NativeMemory.Fill((void*)address, (nuint)bytes, (byte)value);
        }

        block.MarkInitialised((long)(address - block.Address), bytes);
        site.Record.CountWork("fill", bytes);
    }
}
