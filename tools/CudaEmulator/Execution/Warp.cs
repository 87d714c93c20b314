using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpecExecNative.CudaEmulator.Checks;
using SpecExecNative.CudaEmulator.Execution.Arithmetic;
using SpecExecNative.CudaEmulator.Execution.Memory;

namespace SpecExecNative.CudaEmulator.Execution;

/// <summary>32 lanes in lock step, each with its own program counter. The group of lanes at the lowest counter runs
/// until it meets another group, which is how diverged lanes come together again.</summary>
internal sealed unsafe class Warp(BlockExecutor block, int index)
{
    // A group that spins while other lanes of its warp could run gives way after this many instructions.
    private const int GroupSlice = 4096;
    private readonly int[] _counters = new int[Lanes.Count];
    private nuint _registerBytes;
    private byte* _local;
    private nuint _localBytes;
    private uint _parked;
    private bool _preferHigher;

    public byte* Registers { get; private set; }

    /// <summary>Local memory, one thread behind the other.</summary>
    public byte* Local => _local;

    public BlockExecutor Block => block;

    public int Index => index;

    public WarpClock Clock { get; } = new(index);

    public AsyncCopyQueue AsyncCopies { get; } = new();

    /// <summary>Lanes that have not left the kernel.</summary>
    public uint Alive { get; private set; }

    /// <summary>Lanes that wait at a block barrier.</summary>
    public uint AtBarrier { get; private set; }

    /// <summary>Lanes that wait for other lanes of this warp.</summary>
    public uint Parked => _parked;

    public bool CanRun => (Alive & ~AtBarrier & ~_parked) != 0;

    /// <summary>Index of the instruction that is being executed, for faults.</summary>
    public int Current { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref uint Predicate(int register) => ref *(uint*)(Registers + register);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref uint Word(int register, int lane) => ref ((uint*)(Registers + register))[lane];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref ulong Long(int register, int lane) => ref ((ulong*)(Registers + register))[lane];

    /// <summary>Makes room for a kernel's registers and local memory.</summary>
    public void Prepare(int registerBytes, int localBytes)
    {
        if (_registerBytes < (nuint)registerBytes)
        {
            NativeMemory.AlignedFree(Registers);
            Registers = (byte*)NativeMemory.AlignedAlloc((nuint)registerBytes, 64);
            _registerBytes = (nuint)registerBytes;
        }

        NativeMemory.Clear(Registers, (nuint)registerBytes);
        nuint local = (nuint)localBytes * Lanes.Count;
        if (_localBytes < local)
        {
            NativeMemory.AlignedFree(_local);
            _local = (byte*)NativeMemory.AlignedAlloc(local, 64);
            _localBytes = local;
        }
    }

    public void Begin(uint alive)
    {
        Alive = alive;
        AtBarrier = 0;
        _parked = 0;
        _preferHigher = false;
        Array.Clear(_counters);
        AsyncCopies.Clear();
        NativeMemory.Fill(_local, _localBytes, 0xFF);
    }

    /// <summary>Runs until no lane can go on, or the budget is spent.</summary>
    /// <returns>Instructions executed.</returns>
    public int Run(int budget)
    {
        int left = budget;
        while (left > 0)
        {
            uint runnable = Alive & ~AtBarrier & ~_parked;
            if (runnable == 0)
            {
                break;
            }

            (uint group, int at, int limit) = NextGroup(runnable);
            RunGroup(group, at, limit, ref left);
        }

        return budget - left;
    }

    /// <summary>Lets the lanes at a completed barrier go on.</summary>
    public void Release()
    {
        for (uint rest = AtBarrier; rest != 0; rest &= rest - 1)
        {
            _counters[BitOperations.TrailingZeroCount(rest)]++;
        }

        AtBarrier = 0;
    }

    public int CounterOf(int lane) => _counters[lane];

    public KernelFault Fault(FaultKind kind, int lane, string finding) => block.Fault(kind, this, lane, Current, finding);

    private (uint Group, int At, int Limit) NextGroup(uint runnable)
    {
        int at = int.MaxValue;
        int limit = int.MaxValue;
        uint group = 0;
        for (uint rest = runnable; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            int counter = _counters[lane];
            if (counter < at)
            {
                limit = at;
                at = counter;
                group = 1u << lane;
            }
            else if (counter == at)
            {
                group |= 1u << lane;
            }
            else if (counter < limit)
            {
                limit = counter;
            }
        }

        if (_preferHigher && limit != int.MaxValue)
        {
            _preferHigher = false;
            return NextGroup(runnable & ~group);
        }

        return (group, at, limit);
    }

    // Runs the group from `at` until it reaches `limit`, where another group stands, diverges, blocks, or its budget ends.
    private void RunGroup(uint group, int at, int limit, ref int left)
    {
        Instruction[] code = block.Code;
        int slice = (Alive & ~AtBarrier & ~_parked) == group ? int.MaxValue : GroupSlice;
        while (at < limit)
        {
            if (left-- <= 0 || slice-- <= 0)
            {
                _preferHigher = slice <= 0;
                break;
            }

            Instruction i = code[at];
            Current = at;
            uint active = group;
            if (i.Guard >= 0)
            {
                uint guard = Predicate(i.Guard);
                active &= i.GuardNegated ? ~guard : guard;
            }

            if (i.Kind == InstructionKind.Ordinary)
            {
                if (active != 0)
                {
                    i.Execute(this, i, active);
                }

                at++;
                continue;
            }

            if (active == 0)
            {
                at++;
                continue;
            }

            if (i.Kind == InstructionKind.Branch && active == group)
            {
                at = i.Target;
                if (limit == int.MaxValue)
                {
                    continue;
                }

                break;
            }

            if (i.Kind == InstructionKind.Collective && active == group && Members(i, active) == active)
            {
                i.Execute(this, i, active);
                at++;
                continue;
            }

            Divert(i, group, active, at);
            return;
        }

        SetCounters(group, at);
    }

    // Everything after which the group is no longer one: divergence, waiting, leaving.
    private void Divert(Instruction i, uint group, uint active, int at)
    {
        SetCounters(group & ~active, at + 1);
        SetCounters(active, at);
        switch (i.Kind)
        {
            case InstructionKind.Branch:
                SetCounters(active, i.Target);
                break;
            case InstructionKind.IndexedBranch:
                BranchIndexed(i, active);
                break;
            case InstructionKind.Exit:
                Alive &= ~active;
                CompleteParked();
                block.LanesLeft(this);
                CompleteBarrierArrival();
                break;
            case InstructionKind.Collective:
                _parked |= active;
                CompleteParked();
                break;
            default:
                AtBarrier |= active;
                CompleteBarrierArrival();
                break;
        }
    }

    private void BranchIndexed(Instruction i, uint active)
    {
        for (uint rest = active; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            uint index = Word(i.A, lane);
            if (index >= i.Targets.Length)
            {
                throw Fault(FaultKind.InvalidOperand, lane, $"brx.idx takes target {index} of {i.Targets.Length}");
            }

            _counters[lane] = i.Targets[index];
        }
    }

    // The lanes a collective waits for: its member mask, without those that have left the kernel.
    private uint Members(Instruction i, uint active)
    {
        if (i.Members < 0)
        {
            return Lanes.Full;
        }

        if (i.ConstantMembers != 0 && (active & ~i.ConstantMembers) == 0)
        {
            return i.ConstantMembers & Alive;
        }

        if (active == Lanes.Full && AllOnes((uint*)(Registers + i.Members)))
        {
            return Lanes.Full;
        }

        uint members = 0;
        uint common = Lanes.Full;
        for (uint rest = active; rest != 0; rest &= rest - 1)
        {
            uint mask = Word(i.Members, BitOperations.TrailingZeroCount(rest));
            members |= mask;
            common &= mask;
        }

        if ((active & ~common) != 0 || members != common)
        {
            throw Fault(
                FaultKind.DivergentWarpOperation,
                BitOperations.TrailingZeroCount(active),
                $"{i.Text}: the lanes 0x{active:x8} name different member masks, or masks without themselves");
        }

        return members & Alive;
    }

    private static bool AllOnes(uint* values)
    {
        Vector256<uint> all = Vector256<uint>.AllBitsSet;
        for (int lane = 0; lane < Lanes.Count; lane += Vector256<uint>.Count)
        {
            all &= Vector256.Load(values + lane);
        }

        return all == Vector256<uint>.AllBitsSet;
    }

    // Parked lanes go on together once all members of their operation stand at it. bar.warp.sync may be met at
    // different places, every other operation at one only.
    private void CompleteParked()
    {
        Instruction[] code = block.Code;
        uint seen = 0;
        for (uint rest = _parked; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            if ((seen >> lane & 1) != 0)
            {
                continue;
            }

            Instruction i = code[_counters[lane]];
            Current = _counters[lane];
            uint arrived = 0;
            for (uint others = _parked; others != 0; others &= others - 1)
            {
                int other = BitOperations.TrailingZeroCount(others);
                bool same = _counters[other] == _counters[lane] || (i.MeetsAnywhere && code[_counters[other]].MeetsAnywhere);
                arrived |= same && SameMask(i, lane, code[_counters[other]], other) ? 1u << other : 0;
            }

            seen |= arrived;
            uint members = i.Members < 0 ? Lanes.Full : Word(i.Members, lane) & Alive;
            if (i.Members >= 0 && (Word(i.Members, lane) >> lane & 1) == 0)
            {
                throw Fault(FaultKind.DivergentWarpOperation, lane, $"{i.Text}: the member mask lacks the lane itself");
            }

            if ((arrived & members) == members)
            {
                i.Execute(this, i, members);
                _parked &= ~members;
                for (uint done = members; done != 0; done &= done - 1)
                {
                    _counters[BitOperations.TrailingZeroCount(done)]++;
                }
            }
        }
    }

    private bool SameMask(Instruction i, int lane, Instruction other, int otherLane) =>
        i.Members < 0 || Word(i.Members, lane) == Word(other.Members, otherLane);

    private void CompleteBarrierArrival()
    {
        if (AtBarrier == 0 || AtBarrier != Alive)
        {
            return;
        }

        int first = BitOperations.TrailingZeroCount(AtBarrier);
        Current = _counters[first];
        for (uint rest = AtBarrier; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            if (_counters[lane] != _counters[first] && block.Checks(CheckOptions.DivergentBarriers))
            {
                throw Fault(
                    FaultKind.DivergentBarrier,
                    lane,
                    $"threads of one warp wait at two barriers, the other one at {block.Where(_counters[lane])}");
            }
        }

        block.Arrive(this, block.Code[Current]);
    }

    private void SetCounters(uint lanes, int at)
    {
        for (uint rest = lanes; rest != 0; rest &= rest - 1)
        {
            _counters[BitOperations.TrailingZeroCount(rest)] = at;
        }
    }
}
