using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// The inner loops for machines with 32 wide registers: sums[row][panel][16] += Σₖ input[k][row] · panel[k][16], one fused
/// multiply-add after the other in order of k. Written out, because only named locals stay in registers.
/// </summary>
internal static unsafe class TwoPanelKernel<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>Adds <paramref name="count"/> steps of k for a tile of <paramref name="rows"/> rows (12 or 4).</summary>
    public static void Run(int rows, float* input, float* panel0, float* panel1, int count, float* sums)
    {
        if (rows == 12)
        {
            Run12x2(input, panel0, panel1, count, sums);
        }
        else
        {
            Run4x2(input, panel0, panel1, count, sums);
        }
    }

    /// <summary>Twelve rows × two panels: 24 accumulators, two weights and a broadcast fill 27 of AVX-512's 32 registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run12x2(float* input, float* panel0, float* panel1, int count, float* sums)
    {
        TLanes s00 = TLanes.Load(sums);
        TLanes s01 = TLanes.Load(sums + 16);
        TLanes s10 = TLanes.Load(sums + 32);
        TLanes s11 = TLanes.Load(sums + 48);
        TLanes s20 = TLanes.Load(sums + 64);
        TLanes s21 = TLanes.Load(sums + 80);
        TLanes s30 = TLanes.Load(sums + 96);
        TLanes s31 = TLanes.Load(sums + 112);
        TLanes s40 = TLanes.Load(sums + 128);
        TLanes s41 = TLanes.Load(sums + 144);
        TLanes s50 = TLanes.Load(sums + 160);
        TLanes s51 = TLanes.Load(sums + 176);
        TLanes s60 = TLanes.Load(sums + 192);
        TLanes s61 = TLanes.Load(sums + 208);
        TLanes s70 = TLanes.Load(sums + 224);
        TLanes s71 = TLanes.Load(sums + 240);
        TLanes s80 = TLanes.Load(sums + 256);
        TLanes s81 = TLanes.Load(sums + 272);
        TLanes s90 = TLanes.Load(sums + 288);
        TLanes s91 = TLanes.Load(sums + 304);
        TLanes sa0 = TLanes.Load(sums + 320);
        TLanes sa1 = TLanes.Load(sums + 336);
        TLanes sb0 = TLanes.Load(sums + 352);
        TLanes sb1 = TLanes.Load(sums + 368);

        for (int k = 0; k < count; k++)
        {
            TLanes w0 = TLanes.Load(panel0);
            TLanes w1 = TLanes.Load(panel1);
            TLanes x = TLanes.Broadcast(input[0]);
            s00 = TLanes.MultiplyAdd(x, w0, s00);
            s01 = TLanes.MultiplyAdd(x, w1, s01);
            x = TLanes.Broadcast(input[1]);
            s10 = TLanes.MultiplyAdd(x, w0, s10);
            s11 = TLanes.MultiplyAdd(x, w1, s11);
            x = TLanes.Broadcast(input[2]);
            s20 = TLanes.MultiplyAdd(x, w0, s20);
            s21 = TLanes.MultiplyAdd(x, w1, s21);
            x = TLanes.Broadcast(input[3]);
            s30 = TLanes.MultiplyAdd(x, w0, s30);
            s31 = TLanes.MultiplyAdd(x, w1, s31);
            x = TLanes.Broadcast(input[4]);
            s40 = TLanes.MultiplyAdd(x, w0, s40);
            s41 = TLanes.MultiplyAdd(x, w1, s41);
            x = TLanes.Broadcast(input[5]);
            s50 = TLanes.MultiplyAdd(x, w0, s50);
            s51 = TLanes.MultiplyAdd(x, w1, s51);
            x = TLanes.Broadcast(input[6]);
            s60 = TLanes.MultiplyAdd(x, w0, s60);
            s61 = TLanes.MultiplyAdd(x, w1, s61);
            x = TLanes.Broadcast(input[7]);
            s70 = TLanes.MultiplyAdd(x, w0, s70);
            s71 = TLanes.MultiplyAdd(x, w1, s71);
            x = TLanes.Broadcast(input[8]);
            s80 = TLanes.MultiplyAdd(x, w0, s80);
            s81 = TLanes.MultiplyAdd(x, w1, s81);
            x = TLanes.Broadcast(input[9]);
            s90 = TLanes.MultiplyAdd(x, w0, s90);
            s91 = TLanes.MultiplyAdd(x, w1, s91);
            x = TLanes.Broadcast(input[10]);
            sa0 = TLanes.MultiplyAdd(x, w0, sa0);
            sa1 = TLanes.MultiplyAdd(x, w1, sa1);
            x = TLanes.Broadcast(input[11]);
            sb0 = TLanes.MultiplyAdd(x, w0, sb0);
            sb1 = TLanes.MultiplyAdd(x, w1, sb1);
            input += 12;
            panel0 += WeightPanels.Width;
            panel1 += WeightPanels.Width;
        }

        TLanes.Store(s00, sums);
        TLanes.Store(s01, sums + 16);
        TLanes.Store(s10, sums + 32);
        TLanes.Store(s11, sums + 48);
        TLanes.Store(s20, sums + 64);
        TLanes.Store(s21, sums + 80);
        TLanes.Store(s30, sums + 96);
        TLanes.Store(s31, sums + 112);
        TLanes.Store(s40, sums + 128);
        TLanes.Store(s41, sums + 144);
        TLanes.Store(s50, sums + 160);
        TLanes.Store(s51, sums + 176);
        TLanes.Store(s60, sums + 192);
        TLanes.Store(s61, sums + 208);
        TLanes.Store(s70, sums + 224);
        TLanes.Store(s71, sums + 240);
        TLanes.Store(s80, sums + 256);
        TLanes.Store(s81, sums + 272);
        TLanes.Store(s90, sums + 288);
        TLanes.Store(s91, sums + 304);
        TLanes.Store(sa0, sums + 320);
        TLanes.Store(sa1, sums + 336);
        TLanes.Store(sb0, sums + 352);
        TLanes.Store(sb1, sums + 368);
    }

    /// <summary>Four rows × two panels: what is left when the rows are not a multiple of twelve.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run4x2(float* input, float* panel0, float* panel1, int count, float* sums)
    {
        TLanes s00 = TLanes.Load(sums);
        TLanes s01 = TLanes.Load(sums + 16);
        TLanes s10 = TLanes.Load(sums + 32);
        TLanes s11 = TLanes.Load(sums + 48);
        TLanes s20 = TLanes.Load(sums + 64);
        TLanes s21 = TLanes.Load(sums + 80);
        TLanes s30 = TLanes.Load(sums + 96);
        TLanes s31 = TLanes.Load(sums + 112);

        for (int k = 0; k < count; k++)
        {
            TLanes w0 = TLanes.Load(panel0);
            TLanes w1 = TLanes.Load(panel1);
            TLanes x = TLanes.Broadcast(input[0]);
            s00 = TLanes.MultiplyAdd(x, w0, s00);
            s01 = TLanes.MultiplyAdd(x, w1, s01);
            x = TLanes.Broadcast(input[1]);
            s10 = TLanes.MultiplyAdd(x, w0, s10);
            s11 = TLanes.MultiplyAdd(x, w1, s11);
            x = TLanes.Broadcast(input[2]);
            s20 = TLanes.MultiplyAdd(x, w0, s20);
            s21 = TLanes.MultiplyAdd(x, w1, s21);
            x = TLanes.Broadcast(input[3]);
            s30 = TLanes.MultiplyAdd(x, w0, s30);
            s31 = TLanes.MultiplyAdd(x, w1, s31);
            input += 4;
            panel0 += WeightPanels.Width;
            panel1 += WeightPanels.Width;
        }

        TLanes.Store(s00, sums);
        TLanes.Store(s01, sums + 16);
        TLanes.Store(s10, sums + 32);
        TLanes.Store(s11, sums + 48);
        TLanes.Store(s20, sums + 64);
        TLanes.Store(s21, sums + 80);
        TLanes.Store(s30, sums + 96);
        TLanes.Store(s31, sums + 112);
    }
}
