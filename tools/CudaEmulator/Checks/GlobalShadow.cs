using System.Runtime.Intrinsics;
using SpecExecNative.CudaEmulator.Execution;
using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Checks;

/// <summary>
/// The race check of global memory, within a block and between the blocks of a launch. For each two bytes it keeps the
/// last write and the last read of this launch, each as one word: serial of the block, time in the block, thread, and
/// flags that say whether others read, too. Blocks run on several threads of the host and update cells without locks:
/// in a race of exactly that kind an update may be lost and the finding with it, but none is invented.
/// </summary>
internal sealed unsafe class GlobalShadow
{
    private const int SerialShift = 32;
    private const int TimeShift = 14;
    private const ulong LatestTime = (1 << 18) - 1;
    private const int ThreadShift = 4;

    /// <summary>On a write: strong. On a read: threads of several blocks read.</summary>
    private const ulong Flag = 8;
    private const ulong ManyThreads = 4;
    private const ulong BothBytes = 3;
    private BlockExecutor _block = null!;
    private ulong _floor;
    private ulong _own;

    public void BeginBlock(BlockExecutor block)
    {
        _block = block;
        _floor = (ulong)block.Launch.FirstSerial << SerialShift;
        _own = (ulong)block.Serial << SerialShift;
    }

    /// <summary>Consecutive lanes read consecutive pieces of a block of memory.</summary>
    public void Read(Warp warp, DeviceBlock memory, long offset, int bytes, int lane, int lanes, bool strong)
    {
        if (bytes == 1)
        {
            for (int k = 0; k < lanes; k++)
            {
                ulong* page = memory.Shadow.Page(offset + k);
                int granule = Granule(offset + k);
                CheckWriter(warp, page[granule], lane + k, 1ul << (int)((offset + k) & 1), strong, memory, offset + k, "reads");
            }

            return;
        }

        ulong stamp = Stamp(warp) | BothBytes;
        for (int k = 0; k < lanes; k++, offset += bytes)
        {
            ulong mine = stamp | ((ulong)(uint)(lane + k) << ThreadShift);
            ulong* cells = memory.Shadow.Page(offset) + Granule(offset);
            ulong* reads = cells + ShadowPages.GranulesOfPage;
            int count = bytes >> LanePattern.GranuleShift;
            int g = 0;
            for (; g + 4 <= count; g += 4)
            {
                Vector256<ulong> floor = Vector256.Create(_floor);
                bool writtenBefore = Vector256.LessThanAll(Vector256.Load(cells + g), floor);
                if (writtenBefore && Vector256.LessThanAll(Vector256.Load(reads + g), floor))
                {
                    Vector256.Create(mine).Store(reads + g);
                    continue;
                }

                for (int each = g; each < g + 4; each++)
                {
                    ReadOne(warp, cells + each, mine, lane + k, strong, memory, offset + (2 * each));
                }
            }

            for (; g < count; g++)
            {
                ReadOne(warp, cells + g, mine, lane + k, strong, memory, offset + (2 * g));
            }
        }
    }

    /// <summary>Consecutive lanes write consecutive pieces of a block of memory.</summary>
    public void Write(Warp warp, DeviceBlock memory, long offset, int bytes, int lane, int lanes, bool strong)
    {
        ulong stamp = Stamp(warp) | (strong ? Flag : 0);
        for (int k = 0; k < lanes; k++, offset += bytes)
        {
            ulong half = bytes == 1 ? 1ul << (int)(offset & 1) : BothBytes;
            ulong mine = stamp | half | ((ulong)(uint)(lane + k) << ThreadShift);
            ulong* cells = memory.Shadow.Page(offset) + Granule(offset);
            int count = Math.Max(1, bytes >> LanePattern.GranuleShift);
            for (int g = 0; g < count; g++)
            {
                ulong read = cells[g + ShadowPages.GranulesOfPage];
                if (cells[g] >= _floor)
                {
                    CheckWriter(warp, cells[g], lane + k, half, strong, memory, offset + (2 * g), "writes");
                }

                if (read >= _floor && !strong)
                {
                    CheckReader(warp, read, lane + k, memory, offset + (2 * g));
                }

                cells[g] = mine;
            }
        }
    }

    private static int Granule(long offset) => (int)(offset >> LanePattern.GranuleShift) & (ShadowPages.GranulesOfPage - 1);

    private static uint SerialOf(ulong cell) => (uint)(cell >> SerialShift);

    private static int ThreadOf(ulong cell) => (int)(cell >> ThreadShift) & 1023;

    private static uint TimeOf(ulong cell) => (uint)((cell >> TimeShift) & LatestTime);

    private ulong Stamp(Warp warp)
    {
        ulong time = Math.Min(warp.Clock.Now - _block.StartTime, LatestTime);
        return _own | (time << TimeShift) | ((ulong)(uint)warp.Index << (ThreadShift + 5));
    }

    private void ReadOne(Warp warp, ulong* cell, ulong mine, int lane, bool strong, DeviceBlock memory, long offset)
    {
        if (*cell >= _floor)
        {
            CheckWriter(warp, *cell, lane, BothBytes, strong, memory, offset, "reads");
        }

        if (strong)
        {
            return;
        }

        ref ulong read = ref cell[ShadowPages.GranulesOfPage];
        ulong old = read;
        if (old >= _floor)
        {
            if (SerialOf(old) != SerialOf(mine))
            {
                mine |= Flag;
            }
            else if ((old & Flag) != 0 || TimeOf(old) + _block.StartTime > warp.Clock.KnownOfAll)
            {
                // An older read that all of the warp know adds nothing: whoever comes after this one comes after it.
                mine |= (old & (Flag | ManyThreads)) | (ThreadOf(old) != ThreadOf(mine) ? ManyThreads : 0);
            }
        }

        if (old != mine)
        {
            read = mine;
        }
    }

    private void CheckWriter(Warp warp, ulong cell, int lane, ulong half, bool strong, DeviceBlock memory, long offset, string does)
    {
        bool apart = cell < _floor || (cell & half) == 0 || (strong && (cell & Flag) != 0);
        if (!apart && !Ordered(warp, cell, lane))
        {
            throw warp.Fault(FaultKind.GlobalRace, lane, $"{does} {At(memory, offset)}, which {Who(cell)} wrote in this launch with nothing to order them");
        }
    }

    private void CheckReader(Warp warp, ulong cell, int lane, DeviceBlock memory, long offset)
    {
        if ((cell & Flag) != 0)
        {
            // Several blocks read: whether each of them is known cannot be told, so only a block that never learnt of
            // another is at fault for certain.
            if (_block.Foreign.IsEmpty)
            {
                throw Race();
            }

            return;
        }

        bool own = SerialOf(cell) == _block.Serial;
        bool ordered = own && (cell & ManyThreads) != 0
            ? TimeOf(cell) + _block.StartTime <= warp.Clock.KnownOfAll
            : Ordered(warp, cell, lane);
        if (!ordered)
        {
            throw Race();
        }

        KernelFault Race() => warp.Fault(
            FaultKind.GlobalRace,
            lane,
            $"writes {At(memory, offset)}, which {Who(cell)} reads in this launch with nothing to order them");
    }

    private bool Ordered(Warp warp, ulong cell, int lane)
    {
        int thread = ThreadOf(cell);
        uint serial = SerialOf(cell);
        if (serial == _block.Serial)
        {
            return warp.Clock.Ordered(lane, thread >> 5, thread & 31, TimeOf(cell) + _block.StartTime);
        }

        return _block.Foreign.TryGetValue(serial, out PublishedClock? clock) && TimeOf(cell) < clock.Known[thread >> 5];
    }

    private string Who(ulong cell)
    {
        uint serial = SerialOf(cell);
        LaunchShape shape = _block.Launch.Shape;
        long index = serial - _block.Launch.FirstSerial;
        string block = serial == _block.Serial
            ? ""
            : $" of block ({index % shape.GridX},{index / shape.GridX % shape.GridY},{index / ((long)shape.GridX * shape.GridY)})";
        return $"thread {ThreadOf(cell)}{block}";
    }

    private static string At(DeviceBlock memory, long offset) => $"byte {offset} of an allocation of {memory.Bytes} bytes";
}
