using System.Diagnostics;
using System.Numerics;
using SpecExecNative.CudaEmulator.Execution.Memory;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>mov in its packing forms, selp, testp, cvta and the clocks.</summary>
internal static unsafe class MoveHandlers
{
    public static void Select<T>(Warp warp, Instruction i, uint mask)
        where T : unmanaged
    {
        var d = (T*)(warp.Registers + i.D);
        var a = (T*)(warp.Registers + i.A);
        var b = (T*)(warp.Registers + i.B);
        uint choice = warp.Predicate(i.C) ^ (i.ThirdNegated ? Lanes.Full : 0);
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            d[lane] = (choice >> lane & 1) != 0 ? a[lane] : b[lane];
        }
    }

    public static void Test<TOperation, T>(Warp warp, Instruction i, uint mask)
        where TOperation : IUnary<T, bool>
        where T : unmanaged
    {
        var a = (T*)(warp.Registers + i.A);
        uint result = 0;
        for (int lane = 0; lane < Lanes.Count; lane++)
        {
            result |= TOperation.Apply(a[lane]) ? 1u << lane : 0;
        }

        PredicateHandlers.Store(warp, i, mask, result);
    }

    /// <summary>mov.pred with a literal: all true or all false.</summary>
    public static void SetPredicate(Warp warp, Instruction i, uint mask) =>
        PredicateHandlers.Store(warp, i, mask, i.Offset != 0 ? Lanes.Full : 0);

    /// <summary>mov.b32/.b64 d, {parts}: the first part is the lowest. Width is the bits of a part.</summary>
    public static void Pack(Warp warp, Instruction i, uint mask)
    {
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong value = 0;
            for (int part = 0; part < i.Vector.Length; part++)
            {
                ulong bits = warp.Word(i.Vector[part], lane);
                value |= (i.Width == 16 ? (ushort)bits : bits) << (part * i.Width);
            }

            if (i.Flag)
            {
                warp.Long(i.D, lane) = value;
            }
            else
            {
                warp.Word(i.D, lane) = (uint)value;
            }
        }
    }

    /// <summary>mov.b32/.b64 {parts}, a.</summary>
    public static void Unpack(Warp warp, Instruction i, uint mask)
    {
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong value = i.Flag ? warp.Long(i.A, lane) : warp.Word(i.A, lane);
            for (int part = 0; part < i.Vector.Length; part++)
            {
                ulong bits = value >> (part * i.Width);
                warp.Word(i.Vector[part], lane) = i.Width == 16 ? (ushort)bits : (uint)bits;
            }
        }
    }

    /// <summary>cvta: Offset is what to add to change the address space.</summary>
    public static void ConvertAddress(Warp warp, Instruction i, uint mask)
    {
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            warp.Long(i.D, lane) = warp.Long(i.A, lane) + (ulong)i.Offset;
        }
    }

    /// <summary>isspacep.</summary>
    public static void IsSpace(Warp warp, Instruction i, uint mask)
    {
        uint result = 0;
        for (int lane = 0; lane < Lanes.Count; lane++)
        {
            result |= AddressSpaces.SpaceOf(warp.Long(i.A, lane)) == i.Space ? 1u << lane : 0;
        }

        PredicateHandlers.Store(warp, i, mask, result);
    }

    /// <summary>mov from %clock, %clock64 or %globaltimer: the host's clock, in nanoseconds.</summary>
    public static void ReadClock(Warp warp, Instruction i, uint mask)
    {
        ulong now = (ulong)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            if (i.Width == 8)
            {
                warp.Long(i.D, lane) = now;
            }
            else
            {
                warp.Word(i.D, lane) = (uint)now;
            }
        }
    }
}
