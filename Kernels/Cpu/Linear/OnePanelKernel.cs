using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// The inner loops for machines with narrower or fewer registers: sums[row][16] += Σₖ input[k][row] · panel[k][16], one fused
/// multiply-add after the other in order of k. Written out, because only named locals stay in registers.
/// </summary>
internal static unsafe class OnePanelKernel<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Adds <paramref name="count"/> steps of k for a tile of <paramref name="rows"/> rows (6 or 4).</summary>
    public static void Run(int rows, float* input, float* panel, int count, float* sums)
    {
        if (rows == 6)
        {
            Run6x1(input, panel, count, sums);
        }
        else
        {
            Run4x1(input, panel, count, sums);
        }
    }

    /// <summary>Six rows × one panel: on AVX2 12 accumulators, two weights and a broadcast fill 15 of 16 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run6x1(float* input, float* panel, int count, float* sums)
    {
        TLanes s00 = TLanes.Load(sums);
        TLanes s10 = TLanes.Load(sums + 16);
        TLanes s20 = TLanes.Load(sums + 32);
        TLanes s30 = TLanes.Load(sums + 48);
        TLanes s40 = TLanes.Load(sums + 64);
        TLanes s50 = TLanes.Load(sums + 80);

        for (int k = 0; k < count; k++)
        {
            TLanes w = TLanes.Load(panel);
            TLanes x = TLanes.Broadcast(input[0]);
            s00 = TLanes.MultiplyAdd(x, w, s00);
            x = TLanes.Broadcast(input[1]);
            s10 = TLanes.MultiplyAdd(x, w, s10);
            x = TLanes.Broadcast(input[2]);
            s20 = TLanes.MultiplyAdd(x, w, s20);
            x = TLanes.Broadcast(input[3]);
            s30 = TLanes.MultiplyAdd(x, w, s30);
            x = TLanes.Broadcast(input[4]);
            s40 = TLanes.MultiplyAdd(x, w, s40);
            x = TLanes.Broadcast(input[5]);
            s50 = TLanes.MultiplyAdd(x, w, s50);
            input += 6;
            panel += WeightPanels.Width;
        }

        TLanes.Store(s00, sums);
        TLanes.Store(s10, sums + 16);
        TLanes.Store(s20, sums + 32);
        TLanes.Store(s30, sums + 48);
        TLanes.Store(s40, sums + 64);
        TLanes.Store(s50, sums + 80);
    }

    /// <summary>Four rows × one panel: on NEON 16 accumulators of 32 registers, and the remainder on AVX2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run4x1(float* input, float* panel, int count, float* sums)
    {
        TLanes s00 = TLanes.Load(sums);
        TLanes s10 = TLanes.Load(sums + 16);
        TLanes s20 = TLanes.Load(sums + 32);
        TLanes s30 = TLanes.Load(sums + 48);

        for (int k = 0; k < count; k++)
        {
            TLanes w = TLanes.Load(panel);
            TLanes x = TLanes.Broadcast(input[0]);
            s00 = TLanes.MultiplyAdd(x, w, s00);
            x = TLanes.Broadcast(input[1]);
            s10 = TLanes.MultiplyAdd(x, w, s10);
            x = TLanes.Broadcast(input[2]);
            s20 = TLanes.MultiplyAdd(x, w, s20);
            x = TLanes.Broadcast(input[3]);
            s30 = TLanes.MultiplyAdd(x, w, s30);
            input += 4;
            panel += WeightPanels.Width;
        }

        TLanes.Store(s00, sums);
        TLanes.Store(s10, sums + 16);
        TLanes.Store(s20, sums + 32);
        TLanes.Store(s30, sums + 48);
    }
}
