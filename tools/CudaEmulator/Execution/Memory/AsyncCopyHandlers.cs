using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Execution.Arithmetic;

namespace SpecExecNative.CudaEmulator.Execution.Memory;

/// <summary>cp.async. The bytes arrive when the mode says; until the wait nobody may touch the destination, whether
/// they have arrived or not.</summary>
internal static unsafe class AsyncCopyHandlers
{
    private const byte Poison = 0xFF;

    public static void Copy(Warp warp, Instruction i, uint mask)
    {
        ulong* destinations = stackalloc ulong[Lanes.Count];
        ulong* sources = stackalloc ulong[Lanes.Count];
        AddressResolver.Resolve(warp, i, mask, new Access(AccessKind.CopyInto, i.Width, Strong: false), destinations);
        AddressResolver.ReadAddresses(warp, i.B, wide: true, i.SourceOffset, mask, sources);
        uint reading = 0;
        uint whole = 0;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            int bytes = SourceBytes(warp, i, lane);
            reading |= bytes > 0 ? 1u << lane : 0;
            whole |= bytes == i.Width ? 1u << lane : 0;
        }

        CheckSources(warp, i, reading, whole, sources);
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            int destination = (int)(destinations[lane] - (ulong)warp.Block.Shared);
            Issue(warp, new PendingCopy(lane, warp.AsyncCopies.GroupOf(lane), destination, sources[lane], i.Width, SourceBytes(warp, i, lane)));
        }
    }

    public static void Commit(Warp warp, Instruction i, uint mask)
    {
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            warp.AsyncCopies.Commit(BitOperations.TrailingZeroCount(rest));
        }

        ArriveAtRandom(warp);
    }

    /// <summary>wait_group n: all but the last n groups of each lane; wait_all (Flag): everything.</summary>
    public static void Wait(Warp warp, Instruction i, uint mask)
    {
        List<PendingCopy> pending = warp.AsyncCopies.Pending;
        int kept = 0;
        Span<PendingCopy> copies = CollectionsMarshal.AsSpan(pending);
        for (int k = 0; k < copies.Length; k++)
        {
            ref PendingCopy copy = ref copies[k];
            bool waits = (mask >> copy.Lane & 1) != 0
                && (i.Flag || copy.Group < warp.AsyncCopies.GroupOf(copy.Lane) - (int)i.Offset);
            if (!waits)
            {
                copies[kept++] = copy;
                continue;
            }

            Arrive(warp, ref copy);
            if (warp.Block.TracksShared)
            {
                warp.Block.SharedShadow.EndCopy(warp, copy.Destination, copy.Bytes);
            }
        }

        CollectionsMarshal.SetCount(pending, kept);
        ArriveAtRandom(warp);
    }

    private static int SourceBytes(Warp warp, Instruction i, int lane)
    {
        if (i.C < 0)
        {
            return i.Width;
        }

        if (i.Flag)
        {
            // ignore-src: the predicate turns the whole copy into zeros.
            bool ignored = ((warp.Predicate(i.C) >> lane & 1) != 0) != i.ThirdNegated;
            return ignored ? 0 : i.Width;
        }

        uint bytes = warp.Word(i.C, lane);
        return bytes <= (uint)i.Width
            ? (int)bytes
            : throw warp.Fault(FaultKind.InvalidOperand, lane, $"cp.async of {i.Width} bytes from a source of {bytes}");
    }

    // The source must be aligned for the whole copy even where fewer bytes are read.
    private static void CheckSources(Warp warp, Instruction i, uint reading, uint whole, ulong* sources)
    {
        if (whole != 0)
        {
            AddressResolver.Resolve(warp, StateSpace.Global, whole, new Access(AccessKind.Read, i.Width, Strong: false), sources);
        }

        ulong* one = stackalloc ulong[Lanes.Count];
        for (uint rest = reading & ~whole; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            if (sources[lane] % (ulong)i.Width != 0)
            {
                throw warp.Fault(FaultKind.Misaligned, lane, $"cp.async of {i.Width} bytes reads at 0x{sources[lane]:x}");
            }

            for (int k = 0; k < SourceBytes(warp, i, lane); k++)
            {
                one[lane] = sources[lane] + (ulong)k;
                AddressResolver.Resolve(warp, StateSpace.Global, 1u << lane, new Access(AccessKind.Read, 1, Strong: false), one);
            }
        }
    }

    private static void Issue(Warp warp, PendingCopy copy)
    {
        BlockExecutor block = warp.Block;
        AsyncCopyMode mode = block.Launch.Options.AsyncCopies;
        if (mode == AsyncCopyMode.Eager || (mode == AsyncCopyMode.Random && block.Random.Next(4) == 0))
        {
            Arrive(warp, ref copy);
        }
        else
        {
            Unsafe.InitBlockUnaligned(block.Shared + copy.Destination, Poison, (uint)copy.Bytes);
        }

        warp.AsyncCopies.Pending.Add(copy);
    }

    private static void Arrive(Warp warp, ref PendingCopy copy)
    {
        if (copy.Arrived)
        {
            return;
        }

        byte* to = warp.Block.Shared + copy.Destination;
        Unsafe.CopyBlockUnaligned(to, (void*)copy.Source, (uint)copy.SourceBytes);
        Unsafe.InitBlockUnaligned(to + copy.SourceBytes, 0, (uint)(copy.Bytes - copy.SourceBytes));
        copy.Arrived = true;
    }

    private static void ArriveAtRandom(Warp warp)
    {
        if (warp.Block.Launch.Options.AsyncCopies != AsyncCopyMode.Random)
        {
            return;
        }

        foreach (ref PendingCopy copy in CollectionsMarshal.AsSpan(warp.AsyncCopies.Pending))
        {
            if (warp.Block.Random.Next(4) == 0)
            {
                Arrive(warp, ref copy);
            }
        }
    }
}
