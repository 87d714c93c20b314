using System.Numerics;
using SpecExecNative.CudaEmulator.Execution.Arithmetic;

namespace SpecExecNative.CudaEmulator.Execution.Collectives;

/// <summary>vote, match, redux, activemask, bar.warp.sync and trap. None but bar.warp.sync orders memory.</summary>
internal static unsafe class VoteHandlers
{
    public static void All(Warp warp, Instruction i, uint mask) =>
        PredicateHandlers.Store(warp, i, mask, Votes(warp, i, mask) == mask ? Lanes.Full : 0);

    public static void Any(Warp warp, Instruction i, uint mask) =>
        PredicateHandlers.Store(warp, i, mask, Votes(warp, i, mask) != 0 ? Lanes.Full : 0);

    public static void Uniform(Warp warp, Instruction i, uint mask)
    {
        uint votes = Votes(warp, i, mask);
        PredicateHandlers.Store(warp, i, mask, votes == 0 || votes == mask ? Lanes.Full : 0);
    }

    public static void Ballot(Warp warp, Instruction i, uint mask) => StoreAll(warp, i, mask, Votes(warp, i, mask));

    public static void ActiveMask(Warp warp, Instruction i, uint mask) => StoreAll(warp, i, mask, mask);

    public static void MatchAny(Warp warp, Instruction i, uint mask)
    {
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            warp.Word(i.D, lane) = Alike(warp, i, mask, lane);
        }
    }

    public static void MatchAll(Warp warp, Instruction i, uint mask)
    {
        bool all = Alike(warp, i, mask, BitOperations.TrailingZeroCount(mask)) == mask;
        StoreAll(warp, i, mask, all ? mask : 0);
        if (i.E >= 0)
        {
            ref uint p = ref warp.Predicate(i.E);
            p = all ? p | mask : p & ~mask;
        }
    }

    public static void Reduce<TOperation, T>(Warp warp, Instruction i, uint mask)
        where TOperation : IBinary<T, T>
        where T : unmanaged
    {
        var a = (T*)(warp.Registers + i.A);
        var d = (T*)(warp.Registers + i.D);
        T result = a[BitOperations.TrailingZeroCount(mask)];
        for (uint rest = mask & (mask - 1); rest != 0; rest &= rest - 1)
        {
            result = TOperation.Apply(result, a[BitOperations.TrailingZeroCount(rest)]);
        }

        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            d[BitOperations.TrailingZeroCount(rest)] = result;
        }
    }

    public static void Synchronise(Warp warp, Instruction i, uint mask)
    {
        if ((mask & warp.Alive) == warp.Alive)
        {
            warp.Clock.SynchroniseAll();
        }
        else
        {
            warp.Clock.Synchronise(mask);
        }
    }

    public static void Trap(Warp warp, Instruction i, uint mask) =>
        throw warp.Fault(FaultKind.Trap, BitOperations.TrailingZeroCount(mask), "the kernel executed trap");

    private static uint Votes(Warp warp, Instruction i, uint mask) =>
        (warp.Predicate(i.A) ^ (i.ThirdNegated ? Lanes.Full : 0)) & mask;

    private static uint Alike(Warp warp, Instruction i, uint mask, int lane)
    {
        uint alike = 0;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int other = BitOperations.TrailingZeroCount(rest);
            bool same = i.Width == 8
                ? warp.Long(i.A, other) == warp.Long(i.A, lane)
                : warp.Word(i.A, other) == warp.Word(i.A, lane);
            alike |= same ? 1u << other : 0;
        }

        return alike;
    }

    private static void StoreAll(Warp warp, Instruction i, uint mask, uint value)
    {
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            warp.Word(i.D, BitOperations.TrailingZeroCount(rest)) = value;
        }
    }
}
