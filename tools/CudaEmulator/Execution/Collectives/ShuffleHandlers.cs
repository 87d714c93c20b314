using System.Numerics;
using SpecExecNative.CudaEmulator.Execution.Arithmetic;

namespace SpecExecNative.CudaEmulator.Execution.Collectives;

/// <summary>shfl.sync (PTX ISA): c holds the clamp value in bits 4..0 and the segment mask in bits 12..8. A lane may only
/// read a lane that takes part.</summary>
internal static unsafe class ShuffleHandlers
{
    private enum Mode
    {
        Up,
        Down,
        Butterfly,
        Indexed,
    }

    public static void Up(Warp warp, Instruction i, uint mask) => Shuffle(warp, i, mask, Mode.Up);

    public static void Down(Warp warp, Instruction i, uint mask) => Shuffle(warp, i, mask, Mode.Down);

    public static void Butterfly(Warp warp, Instruction i, uint mask) => Shuffle(warp, i, mask, Mode.Butterfly);

    public static void Indexed(Warp warp, Instruction i, uint mask) => Shuffle(warp, i, mask, Mode.Indexed);

    private static void Shuffle(Warp warp, Instruction i, uint mask, Mode mode)
    {
        uint* results = stackalloc uint[Lanes.Count];
        var a = (uint*)(warp.Registers + i.A);
        uint valid = 0;
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            int from = Source(mode, lane, warp.Word(i.B, lane), warp.Word(i.C, lane), out bool inRange);
            valid |= inRange ? 1u << lane : 0;
            if ((mask >> from & 1) == 0)
            {
                throw warp.Fault(FaultKind.DivergentWarpOperation, lane, $"shfl reads lane {from}, which does not take part");
            }

            results[lane] = a[from];
        }

        var d = (uint*)(warp.Registers + i.D);
        for (uint rest = mask; rest != 0; rest &= rest - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rest);
            d[lane] = results[lane];
        }

        if (i.E >= 0)
        {
            ref uint p = ref warp.Predicate(i.E);
            p = (p & ~mask) | (valid & mask);
        }
    }

    private static int Source(Mode mode, int lane, uint b, uint c, out bool valid)
    {
        int operand = (int)(b & 31);
        int clamp = (int)(c & 31);
        int segment = (int)((c >> 8) & 31);
        int highest = (lane & segment) | (clamp & ~segment);
        int lowest = lane & segment;
        int from = mode switch
        {
            Mode.Up => lane - operand,
            Mode.Down => lane + operand,
            Mode.Butterfly => lane ^ operand,
            _ => lowest | (operand & ~segment),
        };
        valid = mode == Mode.Up ? from >= highest : from <= highest;
        return valid ? from : lane;
    }
}
