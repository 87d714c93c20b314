using System.Numerics;

namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>bfe, bfi and lop3, whose operands do not fit the common loops.</summary>
internal static unsafe class BitFieldHandlers
{
    public static void Extract(Warp warp, Instruction i, uint mask)
    {
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong result = BitField.Extract(Read(warp, i.A, lane, i.Width), warp.Word(i.B, lane), warp.Word(i.C, lane), 8 * i.Width, i.Flag);
            Write(warp, i.D, lane, i.Width, result);
        }
    }

    public static void Insert(Warp warp, Instruction i, uint mask)
    {
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            ulong result = BitField.Insert(
                Read(warp, i.A, lane, i.Width),
                Read(warp, i.B, lane, i.Width),
                warp.Word(i.C, lane),
                warp.Word(i.E, lane),
                8 * i.Width);
            Write(warp, i.D, lane, i.Width, result);
        }
    }

    /// <summary>lop3: bit k of the table says what (a, b, c) = the bits of k give.</summary>
    public static void LookUp(Warp warp, Instruction i, uint mask)
    {
        int table = (int)i.Offset;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            uint a = warp.Word(i.A, lane);
            uint b = warp.Word(i.B, lane);
            uint c = warp.Word(i.C, lane);
            uint result = 0;
            for (int k = 0; k < 8; k++)
            {
                if (((table >> k) & 1) != 0)
                {
                    result |= ((k & 4) != 0 ? a : ~a) & ((k & 2) != 0 ? b : ~b) & ((k & 1) != 0 ? c : ~c);
                }
            }

            warp.Word(i.D, lane) = result;
        }
    }

    private static ulong Read(Warp warp, int register, int lane, int width) =>
        width == 8 ? warp.Long(register, lane) : warp.Word(register, lane);

    private static void Write(Warp warp, int register, int lane, int width, ulong value)
    {
        if (width == 8)
        {
            warp.Long(register, lane) = value;
        }
        else
        {
            warp.Word(register, lane) = (uint)value;
        }
    }
}
