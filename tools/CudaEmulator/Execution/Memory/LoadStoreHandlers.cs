using System.Numerics;
using SpecExecNative.CudaEmulator.Execution.Arithmetic;

namespace SpecExecNative.CudaEmulator.Execution.Memory;

/// <summary>ld and st. TElement is what lies in memory, TRegister what a lane's register holds: uint up to 32 bits, else
/// ulong; a signed element fills it with its sign. Vector operands stand in <see cref="Instruction.Vector"/>.</summary>
internal static unsafe class LoadStoreHandlers
{
    public static void Load<TElement, TRegister>(Warp warp, Instruction i, uint mask)
        where TElement : unmanaged, IBinaryInteger<TElement>
        where TRegister : unmanaged, IBinaryInteger<TRegister>
    {
        ulong* addresses = stackalloc ulong[Lanes.Count];
        int count = i.Vector.Length;
        bool strong = i.Order != AccessOrder.Weak;
        AddressResolver.Resolve(warp, i, mask, new Access(AccessKind.Read, count * sizeof(TElement), strong), addresses);
        for (int q = 0; q < count; q++)
        {
            var d = (TRegister*)(warp.Registers + i.Vector[q]);
            if (mask == Lanes.Full)
            {
                for (int lane = 0; lane < Lanes.Count; lane++)
                {
                    d[lane] = TRegister.CreateTruncating(((TElement*)addresses[lane])[q]);
                }

                continue;
            }

            for (uint rest = mask; rest != 0; rest &= rest - 1)
            {
                int lane = BitOperations.TrailingZeroCount(rest);
                d[lane] = TRegister.CreateTruncating(((TElement*)addresses[lane])[q]);
            }
        }

        if (strong)
        {
            Synchronisation.AfterStrongRead(warp, i, mask, addresses);
        }
    }

    public static void Store<TElement, TRegister>(Warp warp, Instruction i, uint mask)
        where TElement : unmanaged, IBinaryInteger<TElement>
        where TRegister : unmanaged, IBinaryInteger<TRegister>
    {
        ulong* addresses = stackalloc ulong[Lanes.Count];
        int count = i.Vector.Length;
        bool strong = i.Order != AccessOrder.Weak;
        AddressResolver.Resolve(warp, i, mask, new Access(AccessKind.Write, count * sizeof(TElement), strong), addresses);
        if (strong)
        {
            Synchronisation.BeforeStrongWrite(warp, i, mask, addresses);
        }

        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            for (int q = 0; q < count; q++)
            {
                ((TElement*)addresses[lane])[q] = TElement.CreateTruncating(((TRegister*)(warp.Registers + i.Vector[q]))[lane]);
            }
        }
    }

    /// <summary>ld.param of the kernel's own parameters: the same for all lanes.</summary>
    public static void LoadParameter<TElement, TRegister>(Warp warp, Instruction i, uint mask)
        where TElement : unmanaged, IBinaryInteger<TElement>
        where TRegister : unmanaged, IBinaryInteger<TRegister>
    {
        for (int q = 0; q < i.Vector.Length; q++)
        {
            var value = TRegister.CreateTruncating(((TElement*)(warp.Block.Parameters + i.Offset))[q]);
            var d = (TRegister*)(warp.Registers + i.Vector[q]);
            for (uint rest = mask; rest != 0; rest &= rest - 1)
            {
                d[BitOperations.TrailingZeroCount(rest)] = value;
            }
        }
    }
}
