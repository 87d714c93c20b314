using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// One row × panels of 4-bit weights, which are widened in registers: sums[panel][16] = Σₖ input[k] · panel[k][16], one fused
/// multiply-add after the other in order of k. As many panels side by side as suits the registers; written out, because only named locals
/// stay in them.
/// </summary>
internal static unsafe class Int4RowKernel<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int PerWord = 8;
    private const int Width = WeightPanels.Width;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Four(float* input, PanelShape shape, byte* panel0, float* sums)
    {
        long panelBytes = Int4Panels.PanelBytes(shape);
        byte* panel1 = panel0 + panelBytes;
        byte* panel2 = panel1 + panelBytes;
        byte* panel3 = panel2 + panelBytes;
        TLanes sum0 = TLanes.Broadcast(0f);
        TLanes sum1 = sum0;
        TLanes sum2 = sum0;
        TLanes sum3 = sum0;
        int k = 0;
        for (int group = 0; k < shape.Inputs; group++)
        {
            int end = (int)Math.Min((group + 1L) * shape.GroupSize, shape.Inputs);
            var grid0 = Int4Grid<TLanes>.Of(panel0, shape, group);
            var grid1 = Int4Grid<TLanes>.Of(panel1, shape, group);
            var grid2 = Int4Grid<TLanes>.Of(panel2, shape, group);
            var grid3 = Int4Grid<TLanes>.Of(panel3, shape, group);
            while (k < end)
            {
                TLanes words0 = TLanes.LoadWords(Int4Panels.Block(panel0, k));
                TLanes words1 = TLanes.LoadWords(Int4Panels.Block(panel1, k));
                TLanes words2 = TLanes.LoadWords(Int4Panels.Block(panel2, k));
                TLanes words3 = TLanes.LoadWords(Int4Panels.Block(panel3, k));
                if (k % PerWord == 0 && end - k >= PerWord)
                {
                    TLanes placed0 = TLanes.ShiftWords(words0, 16);
                    TLanes placed1 = TLanes.ShiftWords(words1, 16);
                    TLanes placed2 = TLanes.ShiftWords(words2, 16);
                    TLanes placed3 = TLanes.ShiftWords(words3, 16);
                    TLanes x = TLanes.Broadcast(input[k]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Even(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Even(placed1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, grid2.Even(placed2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, grid3.Even(placed3), sum3);
                    placed0 = TLanes.ShiftWords(words0, 8);
                    placed1 = TLanes.ShiftWords(words1, 8);
                    placed2 = TLanes.ShiftWords(words2, 8);
                    placed3 = TLanes.ShiftWords(words3, 8);
                    x = TLanes.Broadcast(input[k + 1]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Odd(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Odd(placed1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, grid2.Odd(placed2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, grid3.Odd(placed3), sum3);
                    x = TLanes.Broadcast(input[k + 2]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Even(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Even(placed1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, grid2.Even(placed2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, grid3.Even(placed3), sum3);
                    x = TLanes.Broadcast(input[k + 3]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Odd(words0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Odd(words1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, grid2.Odd(words2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, grid3.Odd(words3), sum3);
                    x = TLanes.Broadcast(input[k + 4]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Even(words0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Even(words1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, grid2.Even(words2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, grid3.Even(words3), sum3);
                    placed0 = TLanes.ShiftWords(words0, -8);
                    placed1 = TLanes.ShiftWords(words1, -8);
                    placed2 = TLanes.ShiftWords(words2, -8);
                    placed3 = TLanes.ShiftWords(words3, -8);
                    x = TLanes.Broadcast(input[k + 5]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Odd(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Odd(placed1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, grid2.Odd(placed2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, grid3.Odd(placed3), sum3);
                    x = TLanes.Broadcast(input[k + 6]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Even(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Even(placed1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, grid2.Even(placed2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, grid3.Even(placed3), sum3);
                    placed0 = TLanes.ShiftWords(words0, -16);
                    placed1 = TLanes.ShiftWords(words1, -16);
                    placed2 = TLanes.ShiftWords(words2, -16);
                    placed3 = TLanes.ShiftWords(words3, -16);
                    x = TLanes.Broadcast(input[k + 7]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Odd(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Odd(placed1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, grid2.Odd(placed2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, grid3.Odd(placed3), sum3);
                    k += PerWord;
                    continue;
                }

                // A group that begins or ends inside a word.
                TLanes one = TLanes.Broadcast(input[k]);
                sum0 = TLanes.MultiplyAdd(one, grid0.Weight(words0, k % PerWord), sum0);
                sum1 = TLanes.MultiplyAdd(one, grid1.Weight(words1, k % PerWord), sum1);
                sum2 = TLanes.MultiplyAdd(one, grid2.Weight(words2, k % PerWord), sum2);
                sum3 = TLanes.MultiplyAdd(one, grid3.Weight(words3, k % PerWord), sum3);
                k++;
            }
        }

        TLanes.Store(sum0, sums);
        TLanes.Store(sum1, sums + Width);
        TLanes.Store(sum2, sums + (2 * Width));
        TLanes.Store(sum3, sums + (3 * Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Two(float* input, PanelShape shape, byte* panel0, float* sums)
    {
        long panelBytes = Int4Panels.PanelBytes(shape);
        byte* panel1 = panel0 + panelBytes;
        TLanes sum0 = TLanes.Broadcast(0f);
        TLanes sum1 = sum0;
        int k = 0;
        for (int group = 0; k < shape.Inputs; group++)
        {
            int end = (int)Math.Min((group + 1L) * shape.GroupSize, shape.Inputs);
            var grid0 = Int4Grid<TLanes>.Of(panel0, shape, group);
            var grid1 = Int4Grid<TLanes>.Of(panel1, shape, group);
            while (k < end)
            {
                TLanes words0 = TLanes.LoadWords(Int4Panels.Block(panel0, k));
                TLanes words1 = TLanes.LoadWords(Int4Panels.Block(panel1, k));
                if (k % PerWord == 0 && end - k >= PerWord)
                {
                    TLanes placed0 = TLanes.ShiftWords(words0, 16);
                    TLanes placed1 = TLanes.ShiftWords(words1, 16);
                    TLanes x = TLanes.Broadcast(input[k]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Even(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Even(placed1), sum1);
                    placed0 = TLanes.ShiftWords(words0, 8);
                    placed1 = TLanes.ShiftWords(words1, 8);
                    x = TLanes.Broadcast(input[k + 1]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Odd(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Odd(placed1), sum1);
                    x = TLanes.Broadcast(input[k + 2]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Even(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Even(placed1), sum1);
                    x = TLanes.Broadcast(input[k + 3]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Odd(words0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Odd(words1), sum1);
                    x = TLanes.Broadcast(input[k + 4]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Even(words0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Even(words1), sum1);
                    placed0 = TLanes.ShiftWords(words0, -8);
                    placed1 = TLanes.ShiftWords(words1, -8);
                    x = TLanes.Broadcast(input[k + 5]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Odd(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Odd(placed1), sum1);
                    x = TLanes.Broadcast(input[k + 6]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Even(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Even(placed1), sum1);
                    placed0 = TLanes.ShiftWords(words0, -16);
                    placed1 = TLanes.ShiftWords(words1, -16);
                    x = TLanes.Broadcast(input[k + 7]);
                    sum0 = TLanes.MultiplyAdd(x, grid0.Odd(placed0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, grid1.Odd(placed1), sum1);
                    k += PerWord;
                    continue;
                }

                TLanes one = TLanes.Broadcast(input[k]);
                sum0 = TLanes.MultiplyAdd(one, grid0.Weight(words0, k % PerWord), sum0);
                sum1 = TLanes.MultiplyAdd(one, grid1.Weight(words1, k % PerWord), sum1);
                k++;
            }
        }

        TLanes.Store(sum0, sums);
        TLanes.Store(sum1, sums + Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(float* input, PanelShape shape, byte* panel, float* sums)
    {
        TLanes sum = TLanes.Broadcast(0f);
        int k = 0;
        for (int group = 0; k < shape.Inputs; group++)
        {
            int end = (int)Math.Min((group + 1L) * shape.GroupSize, shape.Inputs);
            var grid = Int4Grid<TLanes>.Of(panel, shape, group);
            while (k < end)
            {
                TLanes words = TLanes.LoadWords(Int4Panels.Block(panel, k));
                if (k % PerWord == 0 && end - k >= PerWord)
                {
                    TLanes placed = TLanes.ShiftWords(words, 16);
                    TLanes x = TLanes.Broadcast(input[k]);
                    sum = TLanes.MultiplyAdd(x, grid.Even(placed), sum);
                    placed = TLanes.ShiftWords(words, 8);
                    x = TLanes.Broadcast(input[k + 1]);
                    sum = TLanes.MultiplyAdd(x, grid.Odd(placed), sum);
                    x = TLanes.Broadcast(input[k + 2]);
                    sum = TLanes.MultiplyAdd(x, grid.Even(placed), sum);
                    x = TLanes.Broadcast(input[k + 3]);
                    sum = TLanes.MultiplyAdd(x, grid.Odd(words), sum);
                    x = TLanes.Broadcast(input[k + 4]);
                    sum = TLanes.MultiplyAdd(x, grid.Even(words), sum);
                    placed = TLanes.ShiftWords(words, -8);
                    x = TLanes.Broadcast(input[k + 5]);
                    sum = TLanes.MultiplyAdd(x, grid.Odd(placed), sum);
                    x = TLanes.Broadcast(input[k + 6]);
                    sum = TLanes.MultiplyAdd(x, grid.Even(placed), sum);
                    placed = TLanes.ShiftWords(words, -16);
                    x = TLanes.Broadcast(input[k + 7]);
                    sum = TLanes.MultiplyAdd(x, grid.Odd(placed), sum);
                    k += PerWord;
                    continue;
                }

                TLanes one = TLanes.Broadcast(input[k]);
                sum = TLanes.MultiplyAdd(one, grid.Weight(words, k % PerWord), sum);
                k++;
            }
        }

        TLanes.Store(sum, sums);
    }
}
