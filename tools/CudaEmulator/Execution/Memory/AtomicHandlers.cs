using System.Numerics;
using System.Runtime.CompilerServices;
using SpecExecNative.CudaEmulator.Execution.Arithmetic;

namespace SpecExecNative.CudaEmulator.Execution.Memory;

/// <summary>What an atomic makes of the old value.</summary>
internal interface IAtomic<T>
{
    static abstract T Apply(T old, T b, T c);
}

/// <summary>atom and red. The host's compare-and-swap makes them atomic among blocks on several threads.</summary>
internal static unsafe class AtomicHandlers
{
    public static void Update<TOperation, T>(Warp warp, Instruction i, uint mask)
        where TOperation : IAtomic<T>
        where T : unmanaged
    {
        ulong* addresses = stackalloc ulong[Lanes.Count];
        AddressResolver.Resolve(warp, i, mask, new Access(AccessKind.Atomic, sizeof(T), Strong: true), addresses);
        Synchronisation.BeforeStrongWrite(warp, i, mask, addresses);
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            T b = ((T*)(warp.Registers + i.B))[lane];
            T c = i.C < 0 ? default : ((T*)(warp.Registers + i.C))[lane];
            T old = Exchange<TOperation, T>((T*)addresses[lane], b, c);
            if (i.D >= 0)
            {
                ((T*)(warp.Registers + i.D))[lane] = old;
            }
        }

        Synchronisation.AfterStrongRead(warp, i, mask, addresses);
    }

    private static T Exchange<TOperation, T>(T* at, T b, T c)
        where TOperation : IAtomic<T>
        where T : unmanaged
    {
        while (true)
        {
            T old = *at;
            T fresh = TOperation.Apply(old, b, c);
            if (sizeof(T) == 4)
            {
                uint before = Unsafe.BitCast<T, uint>(old);
                if (Interlocked.CompareExchange(ref *(uint*)at, Unsafe.BitCast<T, uint>(fresh), before) == before)
                {
                    return old;
                }
            }
            else
            {
                ulong before = Unsafe.BitCast<T, ulong>(old);
                if (Interlocked.CompareExchange(ref *(ulong*)at, Unsafe.BitCast<T, ulong>(fresh), before) == before)
                {
                    return old;
                }
            }
        }
    }
}

internal static class AtomicOperations
{
    internal readonly struct Add<T> : IAtomic<T>
        where T : unmanaged, INumberBase<T>
    {
        public static T Apply(T old, T b, T c) => unchecked(old + b);
    }

    internal readonly struct Least<T> : IAtomic<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Apply(T old, T b, T c) => T.Min(old, b);
    }

    internal readonly struct Most<T> : IAtomic<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Apply(T old, T b, T c) => T.Max(old, b);
    }

    internal readonly struct And<T> : IAtomic<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Apply(T old, T b, T c) => old & b;
    }

    internal readonly struct Or<T> : IAtomic<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Apply(T old, T b, T c) => old | b;
    }

    internal readonly struct ExclusiveOr<T> : IAtomic<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Apply(T old, T b, T c) => old ^ b;
    }

    internal readonly struct Exchange<T> : IAtomic<T>
        where T : unmanaged
    {
        public static T Apply(T old, T b, T c) => b;
    }

    internal readonly struct CompareAndSwap<T> : IAtomic<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        public static T Apply(T old, T b, T c) => old == b ? c : old;
    }

    /// <summary>inc: wraps to 0 behind b.</summary>
    internal readonly struct Increment : IAtomic<uint>
    {
        public static uint Apply(uint old, uint b, uint c) => old >= b ? 0 : old + 1;
    }

    /// <summary>dec: wraps to b below 0, and from above b.</summary>
    internal readonly struct Decrement : IAtomic<uint>
    {
        public static uint Apply(uint old, uint b, uint c) => old == 0 || old > b ? b : old - 1;
    }
}
