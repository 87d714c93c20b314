using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Checks;
using SpecExecNative.CudaEmulator.Execution.Arithmetic;
using SpecExecNative.CudaEmulator.Execution.Memory;
using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>Runs blocks one after the other on one thread of the host. Its memory is kept from launch to launch.</summary>
internal sealed unsafe class BlockExecutor
{
    private const int FairSlice = 1 << 16;
    private const uint LastClock = 0xF000_0000;
    private readonly List<Warp> _warps = [];
    private readonly BlockBarrier[] _barriers = [.. Enumerable.Range(0, 16).Select(_ => new BlockBarrier())];
    private readonly uint[] _contribution = new uint[BlockBarrier.MostWarps];
    private Launch _launch = null!;
    private Random? _schedule;
    private byte* _shared;
    private int _sharedCapacity;
    private uint _clock = 1;
    private CheckOptions _checks;

    public Instruction[] Code { get; private set; } = [];

    public Launch Launch => _launch;

    public byte* Shared => _shared;

    /// <summary>Bytes of shared memory with gaps and dynamic part.</summary>
    public int SharedBytes { get; private set; }

    public SharedShadow SharedShadow { get; } = new();

    public GlobalShadow GlobalShadow { get; } = new();

    /// <summary>Where the launch's accesses to global memory are written down.</summary>
    public FootprintRecorder Footprint { get; } = new();

    public byte* Parameters { get; private set; }

    /// <summary>The block of memory that the last global access hit: most often the next one hits it, too.</summary>
    public DeviceBlock? LastBlock { get; set; }

    /// <summary>Shared variable that the last shared access hit.</summary>
    public (int Start, int End) LastVariable { get; set; }

    public (int X, int Y, int Z) Position { get; private set; }

    /// <summary>Number of this block among all of all launches.</summary>
    public uint Serial { get; private set; }

    /// <summary>First time stamp of this block.</summary>
    public uint StartTime { get; private set; }

    /// <summary>What this block has learnt of others.</summary>
    public ConcurrentDictionary<uint, PublishedClock> Foreign { get; } = new();

    public SyncVariables SharedSync { get; private set; } = new();

    public int Warps { get; private set; }

    /// <summary>Warp instructions executed in this launch.</summary>
    public long Executed { get; private set; }

    public bool Checks(CheckOptions check) => (_checks & check) != 0;

    public bool TracksShared => (_checks & (CheckOptions.SharedRaces | CheckOptions.UninitialisedShared | CheckOptions.AsyncCopies)) != 0;

    public bool TracksGlobal => (_checks & (CheckOptions.GlobalRaces | CheckOptions.UninitialisedGlobal)) != 0;

    public Random Random => _schedule ??= new Random(_launch.Options.ScheduleSeed);

    public void Begin(Launch launch, byte* parameters)
    {
        _launch = launch;
        _checks = launch.Options.Checks;
        _schedule = null;
        Code = launch.Program.Code;
        Parameters = parameters;
        Warps = launch.Warps;
        LastBlock = null;
        Footprint.Begin(launch.Options.Footprint);
        LastVariable = default;
        Executed = 0;
        SharedBytes = launch.Program.DynamicSharedStart + launch.Shape.DynamicSharedBytes;
        if (_sharedCapacity < SharedBytes)
        {
            NativeMemory.AlignedFree(_shared);
            _shared = (byte*)NativeMemory.AlignedAlloc((nuint)SharedBytes, 256);
            _sharedCapacity = SharedBytes;
        }

        while (_warps.Count < Warps)
        {
            _warps.Add(new Warp(this, _warps.Count));
        }

        for (int w = 0; w < Warps; w++)
        {
            _warps[w].Prepare(launch.Program.RegisterBytes, launch.Program.LocalBytes);
            RegisterSetup.FillForLaunch(_warps[w], launch);
        }

        SharedShadow.Prepare(TracksShared ? SharedBytes : 0, Warps);
    }

    /// <summary>Runs one block to its end.</summary>
    public void Run(long blockIndex, CancellationToken cancellation)
    {
        BeginBlock(blockIndex);
        long limit = _launch.Options.InstructionLimit;
        long executed = 0;
        while (AnyAlive())
        {
            int ran = RunWarpsOnce();
            executed += ran;
            Executed += ran;
            if (ran == 0)
            {
                throw Stuck();
            }

            if (executed > limit)
            {
                throw Fault(FaultKind.EndlessLoop, _warps[0], -1, _warps[0].Current, $"more than {limit} warp instructions in one block");
            }

            cancellation.ThrowIfCancellationRequested();
            if (_launch.Fault is not null)
            {
                Abandon();
                return;
            }
        }

        EndBlock();
    }

    /// <summary>After a fault nothing is known of the state of the shadow.</summary>
    public void Abandon() => SharedShadow.Reset();

    private void EndBlock()
    {
        uint latest = _clock;
        for (int w = 0; w < Warps; w++)
        {
            foreach (PendingCopy copy in TracksShared ? _warps[w].AsyncCopies.Pending : [])
            {
                SharedShadow.ForgetCopy(copy.Destination, copy.Bytes);
            }

            latest = Math.Max(latest, _warps[w].Clock.Now);
        }

        _clock = latest + 1;
    }

    public void Arrive(Warp warp, Instruction i)
    {
        int lane = BitOperations.TrailingZeroCount(warp.Alive);
        uint id = warp.Word(i.A, lane);
        int expected = i.B < 0 ? -1 : (int)warp.Word(i.B, lane);
        if (id >= _barriers.Length || (expected >= 0 && (expected % Lanes.Count != 0 || expected > Warps * Lanes.Count)))
        {
            throw warp.Fault(FaultKind.InvalidOperand, lane, $"barrier {id} for {expected} threads");
        }

        BlockBarrier barrier = _barriers[id];
        CheckArrival(warp, barrier, id, expected);
        barrier.Expected = expected;
        barrier.Arrived += expected < 0 ? BitOperations.PopCount(warp.Alive) : Lanes.Count;
        barrier.Participants |= 1u << warp.Index;
        if (i.C >= 0)
        {
            uint votes = warp.Predicate(i.C) ^ (i.ThirdNegated ? Lanes.Full : 0);
            barrier.Votes += BitOperations.PopCount(votes & warp.Alive);
            barrier.Voters += BitOperations.PopCount(warp.Alive);
        }

        for (int other = 0; other < Warps; other++)
        {
            barrier.Known[other] = Math.Max(barrier.Known[other], warp.Clock.Known[other]);
        }

        barrier.Known[warp.Index] = Math.Max(barrier.Known[warp.Index], warp.Clock.Now);
        if (i.Barrier == BarrierKind.Arrive)
        {
            warp.Clock.Advance(warp.Clock.Now + 1);
            warp.Release();
        }
        else
        {
            barrier.Waiting |= 1u << warp.Index;
        }

        CompleteIfFull(barrier);
    }

    /// <summary>A warp's lanes left the kernel: barriers for the whole block wait for fewer threads.</summary>
    public void LanesLeft(Warp warp)
    {
        if (warp.Alive != 0)
        {
            return;
        }

        foreach (BlockBarrier barrier in _barriers)
        {
            if (barrier.Participants != 0)
            {
                CompleteIfFull(barrier);
            }
        }
    }

    /// <summary>What a warp may publish: of each warp of the block the accesses that it knows and that lie before a fence,
    /// its own one or that warp's. Counted from the block's start.</summary>
    public uint[] KnownThroughFences(Warp warp)
    {
        var known = new uint[Warps];
        for (int w = 0; w < Warps; w++)
        {
            uint fenced = w == warp.Index ? warp.Clock.FenceTime : Math.Min(warp.Clock.Known[w], _warps[w].Clock.FenceTime);
            uint time = Math.Max(warp.Clock.KnownAtFence[w], fenced);
            known[w] = time < StartTime ? 0 : time - StartTime + 1;
        }

        return known;
    }

    public KernelFault Fault(FaultKind kind, Warp warp, int lane, int at, string finding) =>
        new(kind, _launch.Kernel.Name, Position, lane < 0 ? -1 : (warp.Index * Lanes.Count) + lane, Where(at), finding);

    public string Where(int at)
    {
        Instruction i = Code[Math.Clamp(at, 0, Code.Length - 1)];
        return i.Source.Length > 0 ? $"{i.Source} ({i.Text})" : $"ptx:{i.PtxLine} ({i.Text})";
    }

    private void BeginBlock(long blockIndex)
    {
        LaunchShape shape = _launch.Shape;
        Position = (
            (int)(blockIndex % shape.GridX),
            (int)(blockIndex / shape.GridX % shape.GridY),
            (int)(blockIndex / ((long)shape.GridX * shape.GridY)));
        Serial = _launch.FirstSerial + (uint)blockIndex;
        if (_clock > LastClock)
        {
            SharedShadow.Reset();
            _clock = 1;
        }

        StartTime = ++_clock;
        Foreign.Clear();
        if (!SharedSync.IsEmpty)
        {
            SharedSync = new SyncVariables();
        }

        SharedShadow.BeginBlock(StartTime);
        GlobalShadow.BeginBlock(this);
        NativeMemory.Fill(_shared, (nuint)SharedBytes, 0xFF);
        foreach (BlockBarrier barrier in _barriers)
        {
            barrier.Clear();
        }

        for (int w = 0; w < Warps; w++)
        {
            int threads = (int)Math.Min(Lanes.Count, shape.Threads - (w * Lanes.Count));
            _warps[w].Begin(threads == Lanes.Count ? Lanes.Full : (1u << threads) - 1);
            _warps[w].Clock.Begin(Warps, StartTime);
            RegisterSetup.FillForBlock(_warps[w], _launch);
        }

        if (_launch.Options.ScheduleSeed != 0)
        {
            _schedule = new Random(HashCode.Combine(_launch.Options.ScheduleSeed, blockIndex));
        }
    }

    private bool AnyAlive()
    {
        for (int w = 0; w < Warps; w++)
        {
            if (_warps[w].Alive != 0)
            {
                return true;
            }
        }

        return false;
    }

    private int RunWarpsOnce()
    {
        bool seeded = _launch.Options.ScheduleSeed != 0;
        int start = seeded ? Random.Next(Warps) : 0;
        int step = seeded && (Random.Next() & 1) != 0 ? Warps - 1 : 1;
        int executed = 0;
        for (int k = 0; k < Warps; k++)
        {
            Warp warp = _warps[(start + (k * step)) % Warps];
            if (warp.CanRun)
            {
                executed += warp.Run(seeded ? Random.Next(1, 200) : FairSlice);
            }
        }

        return executed;
    }

    private void CheckArrival(Warp warp, BlockBarrier barrier, uint id, int expected)
    {
        int at = warp.Current;
        if (barrier.FirstAt < 0)
        {
            barrier.FirstAt = at;
            return;
        }

        // A barrier with a number of threads may be met at different places: that is how producers and consumers use it.
        bool split = expected < 0 && barrier.FirstAt != at;
        if (barrier.Expected != expected || (split && Checks(CheckOptions.DivergentBarriers)))
        {
            throw warp.Fault(
                FaultKind.DivergentBarrier,
                -1,
                $"warp {warp.Index} meets barrier {id} here, other warps at {Where(barrier.FirstAt)}");
        }
    }

    private void CompleteIfFull(BlockBarrier barrier)
    {
        int expected = barrier.Expected;
        if (expected < 0)
        {
            expected = 0;
            for (int w = 0; w < Warps; w++)
            {
                expected += BitOperations.PopCount(_warps[w].Alive);
            }
        }

        if (barrier.Arrived < expected)
        {
            return;
        }

        OrderParticipants(barrier);
        uint waiting = barrier.Waiting;
        for (uint rest = waiting; rest != 0; rest &= rest - 1)
        {
            Warp warp = _warps[BitOperations.TrailingZeroCount(rest)];
            StoreVotes(warp, barrier);
            warp.Release();
        }

        barrier.Clear();
    }

    // Everything the participants did before comes before everything the waiting ones do next. They go on at one
    // common time, so that a barrier of all warps leaves one bound for everything before it.
    private void OrderParticipants(BlockBarrier barrier)
    {
        uint now = StartTime;
        for (uint rest = barrier.Waiting; rest != 0; rest &= rest - 1)
        {
            now = Math.Max(now, _warps[BitOperations.TrailingZeroCount(rest)].Clock.Now);
        }

        barrier.Known.CopyTo(_contribution, 0);
        for (int w = 0; w < Warps; w++)
        {
            // Those that have left count as having met every later barrier of the whole block.
            bool left = barrier.Expected < 0 && _warps[w].Alive == 0;
            if (left || (barrier.Waiting >> w & 1) != 0)
            {
                _contribution[w] = now;
            }
        }

        for (uint rest = barrier.Waiting; rest != 0; rest &= rest - 1)
        {
            WarpClock clock = _warps[BitOperations.TrailingZeroCount(rest)].Clock;
            clock.Learn(_contribution.AsSpan(0, Warps));
            clock.Advance(now + 1);
        }
    }

    private void StoreVotes(Warp warp, BlockBarrier barrier)
    {
        int lane = BitOperations.TrailingZeroCount(warp.AtBarrier);
        Instruction i = Code[warp.CounterOf(lane)];
        switch (i.Barrier)
        {
            case BarrierKind.Popc:
                for (uint rest = warp.AtBarrier; rest != 0; rest &= rest - 1)
                {
                    warp.Word(i.D, BitOperations.TrailingZeroCount(rest)) = (uint)barrier.Votes;
                }

                break;
            case BarrierKind.And:
                PredicateHandlers.Store(warp, i, warp.AtBarrier, barrier.Votes == barrier.Voters ? Lanes.Full : 0);
                break;
            case BarrierKind.Or:
                PredicateHandlers.Store(warp, i, warp.AtBarrier, barrier.Votes > 0 ? Lanes.Full : 0);
                break;
        }
    }

    private KernelFault Stuck()
    {
        for (int w = 0; w < Warps; w++)
        {
            Warp warp = _warps[w];
            if (warp.Parked != 0)
            {
                int lane = BitOperations.TrailingZeroCount(warp.Parked);
                return Fault(
                    FaultKind.DivergentWarpOperation,
                    warp,
                    lane,
                    warp.CounterOf(lane),
                    $"lanes 0x{warp.Parked:x8} of warp {w} wait for lanes that never come");
            }

            if (warp.AtBarrier != 0 && warp.AtBarrier != warp.Alive)
            {
                int lane = BitOperations.TrailingZeroCount(warp.AtBarrier);
                return Fault(FaultKind.DivergentBarrier, warp, lane, warp.CounterOf(lane), "only part of a warp is at the barrier");
            }
        }

        Warp waiting = _warps.First(w => w.AtBarrier != 0);
        int at = waiting.CounterOf(BitOperations.TrailingZeroCount(waiting.AtBarrier));
        int number = _warps.Take(Warps).Count(w => w.AtBarrier != 0);
        return Fault(FaultKind.Deadlock, waiting, -1, at, $"{number} of {Warps} warps wait at barriers that cannot complete");
    }
}
