using System.Numerics;
using SpecExecNative.CudaEmulator.Checks;
using SpecExecNative.CudaEmulator.Execution.Arithmetic;
using SpecExecNative.CudaEmulator.Execution.Decoding;
using SpecExecNative.CudaEmulator.Memory;

namespace SpecExecNative.CudaEmulator.Execution.Memory;

/// <summary>Turns the addresses of a warp's lanes into host addresses, after every check that concerns them. Lanes that
/// touch consecutive pieces are checked as one run.</summary>
internal static unsafe class AddressResolver
{
    /// <summary>Reads the address register, adds the offset and resolves.</summary>
    public static void Resolve(Warp warp, Instruction i, uint mask, Access access, ulong* addresses)
    {
        ReadAddresses(warp, i.A, i.WideAddress, i.Offset, mask, addresses);
        Resolve(warp, i.Space, mask, access, addresses);
    }

    public static void ReadAddresses(Warp warp, int register, bool wide, long offset, uint mask, ulong* addresses)
    {
        if (wide)
        {
            var source = (ulong*)(warp.Registers + register);
            for (int lane = 0; lane < Lanes.Count; lane++)
            {
                addresses[lane] = source[lane] + (ulong)offset;
            }
        }
        else
        {
            var source = (uint*)(warp.Registers + register);
            for (int lane = 0; lane < Lanes.Count; lane++)
            {
                addresses[lane] = source[lane] + (uint)offset;
            }
        }
    }

    public static void Resolve(Warp warp, StateSpace space, uint mask, Access access, ulong* addresses)
    {
        switch (space)
        {
            case StateSpace.Shared:
                Shared(warp, mask, access, addresses);
                break;
            case StateSpace.Local:
                Local(warp, mask, access, addresses);
                break;
            case StateSpace.Generic:
                Generic(warp, mask, access, addresses);
                break;
            default:
                Global(warp, mask, access, addresses);
                break;
        }
    }

    private static void Generic(Warp warp, uint mask, Access access, ulong* addresses)
    {
        uint shared = 0;
        uint local = 0;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            StateSpace space = AddressSpaces.SpaceOf(addresses[lane]);
            if (space != StateSpace.Global)
            {
                addresses[lane] -= AddressSpaces.WindowOf(space);
                shared |= space == StateSpace.Shared ? 1u << lane : 0;
                local |= space == StateSpace.Local ? 1u << lane : 0;
            }
        }

        if (shared != 0)
        {
            Shared(warp, shared, access, addresses);
        }

        if (local != 0)
        {
            Local(warp, local, access, addresses);
        }

        uint global = mask & ~(shared | local);
        if (global != 0)
        {
            Global(warp, global, access, addresses);
        }
    }

    private static (ulong Least, ulong Most) Bounds(Warp warp, uint mask, Access access, ulong* addresses)
    {
        ulong least = ulong.MaxValue;
        ulong most = 0;
        ulong all = 0;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            ulong address = addresses[BitOperations.TrailingZeroCount(rest)];
            least = Math.Min(least, address);
            most = Math.Max(most, address);
            all |= address;
        }

        if ((all & (ulong)(access.Bytes - 1)) != 0)
        {
            int lane = FirstLane(mask, addresses, address => (address & (ulong)(access.Bytes - 1)) != 0);
            throw warp.Fault(FaultKind.Misaligned, lane, $"{access.Verb} {access.Bytes} bytes at 0x{addresses[lane]:x}, which {access.Bytes} does not divide");
        }

        return (least, most);
    }

    private static void Shared(Warp warp, uint mask, Access access, ulong* addresses)
    {
        BlockExecutor block = warp.Block;
        (ulong least, ulong most) = Bounds(warp, mask, access, addresses);
        bool inside = least >= (ulong)block.LastVariable.Start && most + (ulong)access.Bytes <= (ulong)block.LastVariable.End;
        if (!inside)
        {
            for (uint rest = mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                CheckSharedBounds(warp, lane, access, addresses[lane]);
            }
        }

        if (block.TracksShared)
        {
            TrackShared(warp, mask, access, addresses);
        }

        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            addresses[BitOperations.TrailingZeroCount(rest)] += (ulong)block.Shared;
        }
    }

    private static void TrackShared(Warp warp, uint mask, Access access, ulong* addresses)
    {
        SharedShadow shadow = warp.Block.SharedShadow;
        for (uint rest = mask; rest != 0;)
        {
            int first = BitOperations.TrailingZeroCount(rest);
            int lanes = RunLength(first, mask, access.Bytes, addresses);
            rest &= ~RunMask(first, lanes);
            int offset = (int)addresses[first];
            if (access.Kind is AccessKind.Read or AccessKind.Atomic)
            {
                shadow.Read(warp, offset, access.Bytes, first, lanes, access.Strong);
            }

            if (access.Kind is AccessKind.Write or AccessKind.Atomic)
            {
                shadow.Write(warp, offset, access.Bytes, first, lanes, access.Strong);
            }

            if (access.Kind == AccessKind.CopyInto)
            {
                shadow.BeginCopy(warp, offset, access.Bytes, first, lanes);
            }
        }
    }

    private static void CheckSharedBounds(Warp warp, int lane, Access access, ulong address)
    {
        BlockExecutor block = warp.Block;
        if (address >= AddressSpaces.WindowBytes)
        {
            throw warp.Fault(FaultKind.AddressSpace, lane, $"{access.Verb} shared memory at 0x{address:x}, which is a generic or global address");
        }

        ulong end = address + (ulong)access.Bytes;
        KernelProgram program = block.Launch.Program;
        if (address >= (ulong)program.DynamicSharedStart && end <= (ulong)block.SharedBytes)
        {
            block.LastVariable = (program.DynamicSharedStart, block.SharedBytes);
            return;
        }

        foreach (SharedVariable variable in program.Shared)
        {
            if (address >= (ulong)variable.Start && end <= (ulong)variable.End)
            {
                block.LastVariable = (variable.Start, variable.End);
                return;
            }
        }

        throw warp.Fault(FaultKind.SharedOutOfBounds, lane, $"{access.Verb} {access.Bytes} bytes {NearestShared(block, program, address)}");
    }

    private static string NearestShared(BlockExecutor block, KernelProgram program, ulong address)
    {
        SharedVariable nearest = new("dynamic shared memory", program.DynamicSharedStart, block.SharedBytes);
        foreach (SharedVariable variable in program.Shared)
        {
            if (Distance(variable, address) < Distance(nearest, address) || nearest.Start == nearest.End)
            {
                nearest = variable;
            }
        }

        return $"at offset {(long)address - nearest.Start} of {nearest.Name}, which has {nearest.End - nearest.Start}";
    }

    private static long Distance(SharedVariable variable, ulong address) =>
        (long)address < variable.Start ? variable.Start - (long)address : Math.Max(0, (long)address - variable.End);

    private static void Local(Warp warp, uint mask, Access access, ulong* addresses)
    {
        (_, ulong most) = Bounds(warp, mask, access, addresses);
        ulong bytes = (ulong)warp.Block.Launch.Program.LocalBytes;
        if (most + (ulong)access.Bytes > bytes)
        {
            int lane = FirstLane(mask, addresses, address => address + (ulong)access.Bytes > bytes);
            throw warp.Fault(FaultKind.LocalOutOfBounds, lane, $"{access.Verb} {access.Bytes} bytes at offset {(long)addresses[lane]} of {bytes} bytes of local memory");
        }

        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            addresses[lane] += (ulong)warp.Local + ((ulong)lane * bytes);
        }
    }

    private static void Global(Warp warp, uint mask, Access access, ulong* addresses)
    {
        BlockExecutor block = warp.Block;
        (ulong least, ulong most) = Bounds(warp, mask, access, addresses);
        DeviceBlock? memory = block.LastBlock;
        ulong end = most + (ulong)access.Bytes;
        if (memory is null || least < memory.Address || end > memory.End)
        {
            memory = block.Launch.Memory.Find(least);
            if (memory is null || end > memory.End)
            {
                GlobalApart(warp, mask, access, addresses);
                return;
            }

            block.LastBlock = memory;
        }

        block.Footprint.Add(memory, mask, access, addresses, least, end);
        if (block.TracksGlobal)
        {
            TrackGlobal(warp, memory, mask, access, addresses);
        }
    }

    // The lanes do not all lie in one allocation: each for itself.
    private static void GlobalApart(Warp warp, uint mask, Access access, ulong* addresses)
    {
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong address = addresses[lane];
            DeviceBlock? memory = warp.Block.Launch.Memory.Find(address);
            if (memory is null || address + (ulong)access.Bytes > memory.End)
            {
                throw OutOfBounds(warp, lane, access, address);
            }

            warp.Block.LastBlock = memory;
            warp.Block.Footprint.Add(memory, 1u << lane, access, addresses, address, address + (ulong)access.Bytes);
            if (warp.Block.TracksGlobal)
            {
                TrackGlobal(warp, memory, 1u << lane, access, addresses);
            }
        }
    }

    private static void TrackGlobal(Warp warp, DeviceBlock memory, uint mask, Access access, ulong* addresses)
    {
        BlockExecutor block = warp.Block;
        bool races = block.Checks(CheckOptions.GlobalRaces);
        bool uninitialised = block.Checks(CheckOptions.UninitialisedGlobal) && access.Kind != AccessKind.Write;
        for (uint rest = mask; rest != 0;)
        {
            int first = BitOperations.TrailingZeroCount(rest);
            int lanes = RunLength(first, mask, access.Bytes, addresses);
            rest &= ~RunMask(first, lanes);
            long offset = (long)(addresses[first] - memory.Address);
            if (uninitialised && !memory.IsInitialised(offset, (long)lanes * access.Bytes))
            {
                throw Uninitialised(warp, memory, first, access, offset);
            }

            if (access.Kind != AccessKind.Read)
            {
                memory.MarkInitialised(offset, (long)lanes * access.Bytes);
            }

            if (!races)
            {
                continue;
            }

            if (access.Kind == AccessKind.Read)
            {
                block.GlobalShadow.Read(warp, memory, offset, access.Bytes, first, lanes, access.Strong);
            }
            else
            {
                block.GlobalShadow.Write(warp, memory, offset, access.Bytes, first, lanes, access.Strong);
            }
        }
    }

    private static KernelFault Uninitialised(Warp warp, DeviceBlock memory, int lane, Access access, long offset)
    {
        while (memory.IsInitialised(offset, access.Bytes))
        {
            offset += access.Bytes;
            lane++;
        }

        return warp.Fault(
            FaultKind.UninitialisedGlobal,
            lane,
            $"reads {access.Bytes} bytes at byte {offset} of an allocation of {memory.Bytes} bytes, not all of which have been written");
    }

    private static KernelFault OutOfBounds(Warp warp, int lane, Access access, ulong address)
    {
        if (AddressSpaces.SpaceOf(address) != StateSpace.Global)
        {
            return warp.Fault(FaultKind.AddressSpace, lane, $"{access.Verb} global memory at a generic address of {AddressSpaces.SpaceOf(address).ToString().ToLowerInvariant()} memory");
        }

        DeviceBlock? below = warp.Block.Launch.Memory.Below(address);
        string where = below is null || address - below.Address > (ulong)below.Bytes + (1 << 20)
            ? $"at 0x{address:x}, outside every allocation"
            : $"at byte {address - below.Address} of an allocation of {below.Bytes} bytes";
        return warp.Fault(FaultKind.IllegalAddress, lane, $"{access.Verb} {access.Bytes} bytes {where}");
    }

    private static int RunLength(int first, uint mask, int bytes, ulong* addresses)
    {
        int last = first + 1;
        while (last < Lanes.Count && (mask >> last & 1) != 0 && addresses[last] == addresses[last - 1] + (ulong)bytes)
        {
            last++;
        }

        return last - first;
    }

    private static uint RunMask(int first, int lanes) => (lanes == Lanes.Count ? Lanes.Full : (1u << lanes) - 1) << first;

    private static int FirstLane(uint mask, ulong* addresses, Func<ulong, bool> at)
    {
        uint rest = mask;
        while (!at(addresses[BitOperations.TrailingZeroCount(rest)]))
        {
            rest &= rest - 1;
        }

        return BitOperations.TrailingZeroCount(rest);
    }
}
