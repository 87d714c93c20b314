using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpecExecNative.CudaEmulator.Execution;

namespace SpecExecNative.CudaEmulator.Checks;

/// <summary>
/// What the checks know of a block's shared memory, in granules of two bytes: the time and author of the last write, and
/// for each warp the time of its last read with the lanes that read then. An access is a race if it conflicts with one
/// whose time the warp does not know (<see cref="WarpClock"/>): exact for barriers, named barriers and warp
/// synchronisation, whatever the schedule was. Times rise over the life of the executor, so nothing needs clearing
/// between blocks. Bytes: of two threads that write the two halves of a granule only the later is remembered, and
/// one-byte reads are not.
/// </summary>
internal sealed unsafe class SharedShadow
{
    private const uint InFlight = uint.MaxValue;
    private const uint StrongFlag = 4;
    private const uint BothBytes = 3;
    private const int ThreadShift = 3;
    private readonly uint[] _latestRead = new uint[BlockBarrier.MostWarps];
    private readonly uint*[] _readTime = new uint*[BlockBarrier.MostWarps];
    private readonly uint*[] _readLanes = new uint*[BlockBarrier.MostWarps];
    private uint* _writeTime;
    private uint* _author;
    private int _capacity;
    private int _warps;
    private uint _start;

    /// <summary>Makes room.</summary>
    /// <param name="bytes">Bytes of shared memory; 0: nothing is tracked.</param>
    /// <param name="warps">Warps of a block.</param>
    public void Prepare(int bytes, int warps)
    {
        int granules = (bytes + 1) >> LanePattern.GranuleShift;
        if (granules > _capacity)
        {
            Grow(ref _writeTime, granules);
            Grow(ref _author, granules);
            for (int w = 0; w < _warps; w++)
            {
                Grow(ref _readTime[w], granules);
                Grow(ref _readLanes[w], granules);
            }

            _capacity = granules;
        }

        for (; _warps < warps; _warps++)
        {
            Grow(ref _readTime[_warps], _capacity);
            Grow(ref _readLanes[_warps], _capacity);
        }
    }

    public void BeginBlock(uint start)
    {
        _start = start;
        Array.Clear(_latestRead);
    }

    /// <summary>Forgets everything, because time starts anew.</summary>
    public void Reset()
    {
        Clear(_writeTime);
        for (int w = 0; w < _warps; w++)
        {
            Clear(_readTime[w]);
        }
    }

    /// <summary>Consecutive lanes read consecutive pieces.</summary>
    /// <param name="warp">Who reads.</param>
    /// <param name="offset">Byte offset of the first piece, a multiple of the piece.</param>
    /// <param name="bytes">Bytes that each lane reads.</param>
    /// <param name="lane">First lane.</param>
    /// <param name="lanes">How many lanes.</param>
    /// <param name="strong">Whether the access may race with its like.</param>
    public void Read(Warp warp, int offset, int bytes, int lane, int lanes, bool strong)
    {
        int first = offset >> LanePattern.GranuleShift;
        if (bytes == 1)
        {
            for (int k = 0; k < lanes; k++)
            {
                int granule = (offset + k) >> LanePattern.GranuleShift;
                CheckRead(warp, granule, lane + k, 1u << ((offset + k) & 1), strong);
            }

            return;
        }

        int count = lanes * (bytes >> LanePattern.GranuleShift);
        uint now = warp.Clock.Now;
        uint known = warp.Clock.KnownOfAll;
        uint* laneOf = LanePattern.LaneOf(bytes, lane);
        uint* bits = LanePattern.BitOf(bytes, lane);
        uint* times = _readTime[warp.Index] + first;
        uint* readers = _readLanes[warp.Index] + first;
        uint* written = _writeTime + first;
        _latestRead[warp.Index] = now;
        int k0 = 0;
        Vector256<uint> start = Vector256.Create(_start);
        Vector256<uint> bound = Vector256.Create(known);
        Vector256<uint> nows = Vector256.Create(now);
        for (; k0 + 8 <= count; k0 += 8)
        {
            Vector256<uint> time = Vector256.Load(written + k0);
            if (Vector256.LessThanAny(time, start) || Vector256.GreaterThanAny(time, bound))
            {
                for (int k = k0; k < k0 + 8; k++)
                {
                    CheckRead(warp, first + k, (int)laneOf[k], BothBytes, strong);
                }
            }

            Vector256<uint> sameTime = Vector256.Equals(Vector256.Load(times + k0), nows);
            Vector256<uint> old = Vector256.Load(readers + k0) & sameTime;
            (old | Vector256.Load(bits + k0)).Store(readers + k0);
            nows.Store(times + k0);
        }

        for (; k0 < count; k0++)
        {
            CheckRead(warp, first + k0, (int)laneOf[k0], BothBytes, strong);
            readers[k0] = bits[k0] | (times[k0] == now ? readers[k0] : 0);
            times[k0] = now;
        }
    }

    /// <summary>Consecutive lanes write consecutive pieces.</summary>
    public void Write(Warp warp, int offset, int bytes, int lane, int lanes, bool strong) =>
        Stamp(warp, offset, bytes, lane, lanes, strong, warp.Clock.Now);

    /// <summary>Consecutive lanes start copies into consecutive pieces: nobody may touch them until they are waited
    /// for.</summary>
    public void BeginCopy(Warp warp, int offset, int bytes, int lane, int lanes) =>
        Stamp(warp, offset, bytes, lane, lanes, strong: false, InFlight);

    /// <summary>A lane has waited for its copy, and from now on counts as having written it.</summary>
    public void EndCopy(Warp warp, int offset, int bytes)
    {
        int first = offset >> LanePattern.GranuleShift;
        new Span<uint>(_writeTime + first, bytes >> LanePattern.GranuleShift).Fill(warp.Clock.Now);
    }

    /// <summary>A block ended without waiting for a copy.</summary>
    public void ForgetCopy(int offset, int bytes) =>
        new Span<uint>(_writeTime + (offset >> LanePattern.GranuleShift), bytes >> LanePattern.GranuleShift).Clear();

    private static string At(Warp warp, int granule)
    {
        int offset = granule << LanePattern.GranuleShift;
        foreach (Execution.Decoding.SharedVariable variable in warp.Block.Launch.Program.Shared)
        {
            if (offset >= variable.Start && offset < variable.End)
            {
                return $"shared {variable.Name}+{offset - variable.Start}";
            }
        }

        return $"dynamic shared +{offset - warp.Block.Launch.Program.DynamicSharedStart}";
    }

    private static void Grow(ref uint* array, int granules)
    {
        NativeMemory.AlignedFree(array);
        nuint bytes = (nuint)(granules + 8) * sizeof(uint);
        array = (uint*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(array, bytes);
    }

    private void Clear(uint* array)
    {
        if (array is not null)
        {
            NativeMemory.Clear(array, (nuint)_capacity * sizeof(uint));
        }
    }

    private void Stamp(Warp warp, int offset, int bytes, int lane, int lanes, bool strong, uint stamp)
    {
        int first = offset >> LanePattern.GranuleShift;
        uint author = ((uint)warp.Index << (ThreadShift + 5)) | (strong ? StrongFlag : 0);
        if (bytes == 1)
        {
            for (int k = 0; k < lanes; k++)
            {
                int granule = (offset + k) >> LanePattern.GranuleShift;
                uint half = 1u << ((offset + k) & 1);
                CheckWrite(warp, granule, lane + k, half, strong);
                CheckReaders(warp, granule, lane + k, strong);
                _writeTime[granule] = stamp;
                _author[granule] = author | ((uint)(lane + k) << ThreadShift) | half;
            }

            return;
        }

        int count = lanes * (bytes >> LanePattern.GranuleShift);
        uint* laneOf = LanePattern.LaneOf(bytes, lane);
        Vector256<uint> bound = Vector256.Create(warp.Clock.KnownOfAll);
        Vector256<uint> stamps = Vector256.Create(stamp);
        Vector256<uint> authors = Vector256.Create(author | BothBytes);
        bool readers = ReadsToCheck(warp);
        int k0 = 0;
        for (; k0 + 8 <= count; k0 += 8)
        {
            uint* written = _writeTime + first + k0;
            if (Vector256.GreaterThanAny(Vector256.Load(written), bound))
            {
                for (int k = k0; k < k0 + 8; k++)
                {
                    CheckWrite(warp, first + k, (int)laneOf[k], BothBytes, strong);
                }
            }

            if (readers && ReadersUnknown(warp, first + k0))
            {
                for (int k = k0; k < k0 + 8; k++)
                {
                    CheckReaders(warp, first + k, (int)laneOf[k], strong);
                }
            }

            stamps.Store(written);
            (authors | (Vector256.Load(laneOf + k0) << ThreadShift)).Store(_author + first + k0);
        }

        for (; k0 < count; k0++)
        {
            CheckWrite(warp, first + k0, (int)laneOf[k0], BothBytes, strong);
            if (readers)
            {
                CheckReaders(warp, first + k0, (int)laneOf[k0], strong);
            }

            _writeTime[first + k0] = stamp;
            _author[first + k0] = author | BothBytes | (laneOf[k0] << ThreadShift);
        }
    }

    // After a barrier of the whole block nobody has read anything later than what all know.
    private bool ReadsToCheck(Warp warp)
    {
        uint[] known = warp.Clock.Known;
        for (int w = 0; w < known.Length; w++)
        {
            if (_latestRead[w] > known[w])
            {
                return true;
            }
        }

        return false;
    }

    private bool ReadersUnknown(Warp warp, int granule)
    {
        uint[] known = warp.Clock.Known;
        for (int w = 0; w < known.Length; w++)
        {
            if (_latestRead[w] > known[w]
                && Vector256.GreaterThanAny(Vector256.Load(_readTime[w] + granule), Vector256.Create(known[w])))
            {
                return true;
            }
        }

        return false;
    }

    private void CheckRead(Warp warp, int granule, int lane, uint half, bool strong)
    {
        uint time = _writeTime[granule];
        if (time <= warp.Clock.KnownOfAll && time >= _start)
        {
            return;
        }

        if (time < _start)
        {
            if (warp.Block.Checks(CheckOptions.UninitialisedShared))
            {
                throw warp.Fault(FaultKind.UninitialisedShared, lane, $"reads {At(warp, granule)}, which this block has not written");
            }

            return;
        }

        CheckAuthor(warp, granule, lane, half, strong, "reads");
    }

    private void CheckWrite(Warp warp, int granule, int lane, uint half, bool strong)
    {
        uint time = _writeTime[granule];
        if (time > warp.Clock.KnownOfAll && time >= _start)
        {
            CheckAuthor(warp, granule, lane, half, strong, "writes");
        }
    }

    private void CheckAuthor(Warp warp, int granule, int lane, uint half, bool strong, string does)
    {
        uint time = _writeTime[granule];
        uint author = _author[granule];
        int byLane = (int)(author >> ThreadShift) & 31;
        int byWarp = (int)(author >> (ThreadShift + 5));
        int thread = (byWarp * 32) + byLane;
        if (time == InFlight)
        {
            if (warp.Block.Checks(CheckOptions.AsyncCopies))
            {
                throw warp.Fault(
                    FaultKind.AsyncCopyInFlight,
                    lane,
                    $"{does} {At(warp, granule)}, which a cp.async of thread {thread} writes that has not been waited for");
            }

            return;
        }

        bool apart = (author & half) == 0 || (strong && (author & StrongFlag) != 0);
        if (!apart && warp.Block.Checks(CheckOptions.SharedRaces) && !warp.Clock.Ordered(lane, byWarp, byLane, time))
        {
            throw warp.Fault(FaultKind.SharedRace, lane, $"{does} {At(warp, granule)}, which thread {thread} wrote without a barrier between");
        }
    }

    private void CheckReaders(Warp warp, int granule, int lane, bool strong)
    {
        if (strong || !warp.Block.Checks(CheckOptions.SharedRaces))
        {
            return;
        }

        uint[] known = warp.Clock.Known;
        for (int w = 0; w < known.Length; w++)
        {
            uint time = _readTime[w][granule];
            if (time <= known[w] || time < _start)
            {
                continue;
            }

            for (uint readers = _readLanes[w][granule]; readers != 0; readers &= readers - 1)
            {
                int reader = System.Numerics.BitOperations.TrailingZeroCount(readers);
                if (!warp.Clock.Ordered(lane, w, reader, time))
                {
                    throw warp.Fault(
                        FaultKind.SharedRace,
                        lane,
                        $"writes {At(warp, granule)}, which thread {(w * 32) + reader} reads without a barrier between");
                }
            }
        }
    }
}
