using System.Numerics;
using SpecExecNative.CudaEmulator.Checks;

namespace SpecExecNative.CudaEmulator.Execution.Memory;

/// <summary>Fences, and the strong accesses through which what came before a fence reaches other threads. Only the
/// checks see any of this: the host's memory is coherent anyway.</summary>
internal static unsafe class Synchronisation
{
    public static void Fence(Warp warp, Instruction i, uint mask)
    {
        System.Threading.Thread.MemoryBarrier();
        warp.Clock.Fence();
    }

    /// <summary>The warp learns what was published at the addresses it read.</summary>
    public static void AfterStrongRead(Warp warp, Instruction i, uint mask, ulong* addresses)
    {
        BlockExecutor block = warp.Block;
        if (block.SharedSync.IsEmpty && block.Launch.SyncVariables.IsEmpty)
        {
            return;
        }

        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            ulong address = addresses[BitOperations.TrailingZeroCount(rest)];
            SyncVariables variables = IsShared(block, address) ? block.SharedSync : block.Launch.SyncVariables;
            foreach (PublishedClock clock in variables.Learn(address))
            {
                if (clock.Serial == block.Serial)
                {
                    warp.Clock.Learn(Absolute(clock, block.StartTime));
                }
                else
                {
                    SyncVariables.Join(block.Foreign, clock);
                }
            }
        }
    }

    /// <summary>Publishes at the addresses to be written what the warp knows: all of it if the write releases, else what
    /// was there at a fence.</summary>
    public static void BeforeStrongWrite(Warp warp, Instruction i, uint mask, ulong* addresses)
    {
        BlockExecutor block = warp.Block;
        bool releases = i.Order is AccessOrder.Release or AccessOrder.AcquireRelease;
        if (releases)
        {
            warp.Clock.Fence();
        }

        uint[] known = block.KnownThroughFences(warp);
        if (Array.TrueForAll(known, static time => time == 0))
        {
            return;
        }

        var clock = new PublishedClock(block.Serial, known);
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            ulong address = addresses[BitOperations.TrailingZeroCount(rest)];
            SyncVariables variables = IsShared(block, address) ? block.SharedSync : block.Launch.SyncVariables;
            variables.Publish(address, clock, block.Foreign.Values);
        }
    }

    private static bool IsShared(BlockExecutor block, ulong address) =>
        address - (ulong)block.Shared < (ulong)block.SharedBytes;

    private static uint[] Absolute(PublishedClock clock, uint start) =>
        Array.ConvertAll(clock.Known, time => start - 1 + time);
}
