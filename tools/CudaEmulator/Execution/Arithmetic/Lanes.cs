using System.Numerics;
using System.Runtime.Intrinsics;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>Loops over the 32 lanes of a warp. Registers are rows of 32 values; an inactive lane keeps its old
/// value. A loop is instantiated for each operation and type, so that nothing is dispatched inside it.</summary>
internal static unsafe class Lanes
{
    public const int Count = 32;
    public const uint Full = 0xFFFF_FFFF;

    public static void Unary<TOperation, TIn, TOut>(Warp warp, Instruction i, uint mask)
        where TOperation : IUnary<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged
    {
        var d = (TOut*)(warp.Registers + i.D);
        var a = (TIn*)(warp.Registers + i.A);
        if (mask == Full)
        {
            for (int lane = 0; lane < Count; lane++)
            {
                d[lane] = TOperation.Apply(a[lane]);
            }

            return;
        }

        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            d[lane] = TOperation.Apply(a[lane]);
        }
    }

    public static void Binary<TOperation, TIn, TOut>(Warp warp, Instruction i, uint mask)
        where TOperation : IBinary<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged
    {
        var d = (TOut*)(warp.Registers + i.D);
        var a = (TIn*)(warp.Registers + i.A);
        var b = (TIn*)(warp.Registers + i.B);
        if (mask == Full)
        {
            for (int lane = 0; lane < Count; lane++)
            {
                d[lane] = TOperation.Apply(a[lane], b[lane]);
            }

            return;
        }

        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            d[lane] = TOperation.Apply(a[lane], b[lane]);
        }
    }

    public static void Ternary<TOperation, TIn, TThird, TOut>(Warp warp, Instruction i, uint mask)
        where TOperation : ITernary<TIn, TThird, TOut>
        where TIn : unmanaged
        where TThird : unmanaged
        where TOut : unmanaged
    {
        var d = (TOut*)(warp.Registers + i.D);
        var a = (TIn*)(warp.Registers + i.A);
        var b = (TIn*)(warp.Registers + i.B);
        var c = (TThird*)(warp.Registers + i.C);
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            d[lane] = TOperation.Apply(a[lane], b[lane], c[lane]);
        }
    }

    public static void VectorUnary<TOperation, T>(Warp warp, Instruction i, uint mask)
        where TOperation : IVectorUnary<T>
        where T : unmanaged
    {
        if (mask != Full)
        {
            Unary<TOperation, T, T>(warp, i, mask);
            return;
        }

        var d = (T*)(warp.Registers + i.D);
        var a = (T*)(warp.Registers + i.A);
        for (int lane = 0; lane < Count; lane += Vector256<T>.Count)
        {
            TOperation.Apply(Vector256.Load(a + lane)).Store(d + lane);
        }
    }

    public static void VectorBinary<TOperation, T>(Warp warp, Instruction i, uint mask)
        where TOperation : IVectorBinary<T>
        where T : unmanaged
    {
        if (mask != Full)
        {
            Binary<TOperation, T, T>(warp, i, mask);
            return;
        }

        var d = (T*)(warp.Registers + i.D);
        var a = (T*)(warp.Registers + i.A);
        var b = (T*)(warp.Registers + i.B);
        for (int lane = 0; lane < Count; lane += Vector256<T>.Count)
        {
            TOperation.Apply(Vector256.Load(a + lane), Vector256.Load(b + lane)).Store(d + lane);
        }
    }

    public static void VectorTernary<TOperation, T>(Warp warp, Instruction i, uint mask)
        where TOperation : IVectorTernary<T>
        where T : unmanaged
    {
        if (mask != Full)
        {
            Ternary<TOperation, T, T, T>(warp, i, mask);
            return;
        }

        var d = (T*)(warp.Registers + i.D);
        var a = (T*)(warp.Registers + i.A);
        var b = (T*)(warp.Registers + i.B);
        var c = (T*)(warp.Registers + i.C);
        for (int lane = 0; lane < Count; lane += Vector256<T>.Count)
        {
            TOperation.Apply(Vector256.Load(a + lane), Vector256.Load(b + lane), Vector256.Load(c + lane)).Store(d + lane);
        }
    }

    /// <summary>Sets a predicate register, which is one bit for each lane.</summary>
    public static void Compare<TOperation, T>(Warp warp, Instruction i, uint mask)
        where TOperation : IComparison<T>
        where T : unmanaged
    {
        var a = (T*)(warp.Registers + i.A);
        var b = (T*)(warp.Registers + i.B);
        uint result = 0;
        for (int lane = 0; lane < Count; lane++)
        {
            result |= TOperation.Test(a[lane], b[lane]) ? 1u << lane : 0;
        }

        StorePredicate(warp, i, mask, result);
    }

    public static void VectorCompare<TOperation, T>(Warp warp, Instruction i, uint mask)
        where TOperation : IVectorComparison<T>
        where T : unmanaged
    {
        var a = (T*)(warp.Registers + i.A);
        var b = (T*)(warp.Registers + i.B);
        uint result = 0;
        for (int lane = 0; lane < Count; lane += Vector256<T>.Count)
        {
            result |= TOperation.Test(Vector256.Load(a + lane), Vector256.Load(b + lane)).ExtractMostSignificantBits() << lane;
        }

        StorePredicate(warp, i, mask, result);
    }

    /// <summary>Writes <c>p|q</c> of setp: p is the comparison combined with a third predicate, q its opposite
    /// combined with the same.</summary>
    public static void StorePredicate(Warp warp, Instruction i, uint mask, uint result)
    {
        uint opposite = ~result;
        if (i.Combine != PredicateCombine.None)
        {
            uint third = *(uint*)(warp.Registers + i.C) ^ (i.ThirdNegated ? Full : 0);
            result = Combine(i.Combine, result, third);
            opposite = Combine(i.Combine, opposite, third);
        }

        warp.Predicate(i.D) = (warp.Predicate(i.D) & ~mask) | (result & mask);
        if (i.E >= 0)
        {
            warp.Predicate(i.E) = (warp.Predicate(i.E) & ~mask) | (opposite & mask);
        }
    }

    private static uint Combine(PredicateCombine how, uint a, uint b) => how switch
    {
        PredicateCombine.And => a & b,
        PredicateCombine.Or => a | b,
        _ => a ^ b,
    };
}
