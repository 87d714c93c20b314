using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// One row × panels of 4-bit weights, which are widened in registers: sums[panel][16] = Σₖ input[k] · panel[k][16], one fused
/// multiply-add after the other in order of k. Four panels side by side where the registers hold their sums, scales and zeros, else one; written out, because
/// only named locals stay in them.
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
            TLanes scale0 = Int4Panels.Scale<TLanes>(panel0, shape, group);
            TLanes offset0 = Int4Panels.Offset(panel0, shape, group, scale0);
            TLanes scale1 = Int4Panels.Scale<TLanes>(panel1, shape, group);
            TLanes offset1 = Int4Panels.Offset(panel1, shape, group, scale1);
            TLanes scale2 = Int4Panels.Scale<TLanes>(panel2, shape, group);
            TLanes offset2 = Int4Panels.Offset(panel2, shape, group, scale2);
            TLanes scale3 = Int4Panels.Scale<TLanes>(panel3, shape, group);
            TLanes offset3 = Int4Panels.Offset(panel3, shape, group, scale3);
            while (k < end)
            {
                TLanes words0 = TLanes.LoadWords(Int4Panels.Block(panel0, k));
                TLanes words1 = TLanes.LoadWords(Int4Panels.Block(panel1, k));
                TLanes words2 = TLanes.LoadWords(Int4Panels.Block(panel2, k));
                TLanes words3 = TLanes.LoadWords(Int4Panels.Block(panel3, k));
                if (k % PerWord == 0 && end - k >= PerWord)
                {
                    TLanes x = TLanes.Broadcast(input[k]);
                    sum0 = TLanes.MultiplyAdd(x, Weight(words0, 0, scale0, offset0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Weight(words1, 0, scale1, offset1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Weight(words2, 0, scale2, offset2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Weight(words3, 0, scale3, offset3), sum3);
                    x = TLanes.Broadcast(input[k + 1]);
                    sum0 = TLanes.MultiplyAdd(x, Weight(words0, 1, scale0, offset0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Weight(words1, 1, scale1, offset1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Weight(words2, 1, scale2, offset2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Weight(words3, 1, scale3, offset3), sum3);
                    x = TLanes.Broadcast(input[k + 2]);
                    sum0 = TLanes.MultiplyAdd(x, Weight(words0, 2, scale0, offset0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Weight(words1, 2, scale1, offset1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Weight(words2, 2, scale2, offset2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Weight(words3, 2, scale3, offset3), sum3);
                    x = TLanes.Broadcast(input[k + 3]);
                    sum0 = TLanes.MultiplyAdd(x, Weight(words0, 3, scale0, offset0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Weight(words1, 3, scale1, offset1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Weight(words2, 3, scale2, offset2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Weight(words3, 3, scale3, offset3), sum3);
                    x = TLanes.Broadcast(input[k + 4]);
                    sum0 = TLanes.MultiplyAdd(x, Weight(words0, 4, scale0, offset0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Weight(words1, 4, scale1, offset1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Weight(words2, 4, scale2, offset2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Weight(words3, 4, scale3, offset3), sum3);
                    x = TLanes.Broadcast(input[k + 5]);
                    sum0 = TLanes.MultiplyAdd(x, Weight(words0, 5, scale0, offset0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Weight(words1, 5, scale1, offset1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Weight(words2, 5, scale2, offset2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Weight(words3, 5, scale3, offset3), sum3);
                    x = TLanes.Broadcast(input[k + 6]);
                    sum0 = TLanes.MultiplyAdd(x, Weight(words0, 6, scale0, offset0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Weight(words1, 6, scale1, offset1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Weight(words2, 6, scale2, offset2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Weight(words3, 6, scale3, offset3), sum3);
                    x = TLanes.Broadcast(input[k + 7]);
                    sum0 = TLanes.MultiplyAdd(x, Weight(words0, 7, scale0, offset0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Weight(words1, 7, scale1, offset1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Weight(words2, 7, scale2, offset2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Weight(words3, 7, scale3, offset3), sum3);

                    k += PerWord;
                    continue;
                }

                // A group that begins or ends inside a word.
                TLanes one = TLanes.Broadcast(input[k]);
                sum0 = TLanes.MultiplyAdd(one, Weight(words0, k % PerWord, scale0, offset0), sum0);
                sum1 = TLanes.MultiplyAdd(one, Weight(words1, k % PerWord, scale1, offset1), sum1);
                sum2 = TLanes.MultiplyAdd(one, Weight(words2, k % PerWord, scale2, offset2), sum2);
                sum3 = TLanes.MultiplyAdd(one, Weight(words3, k % PerWord, scale3, offset3), sum3);
                k++;
            }
        }

        TLanes.Store(sum0, sums);
        TLanes.Store(sum1, sums + Width);
        TLanes.Store(sum2, sums + (2 * Width));
        TLanes.Store(sum3, sums + (3 * Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(float* input, PanelShape shape, byte* panel, float* sums)
    {
        TLanes sum = TLanes.Broadcast(0f);
        int k = 0;
        for (int group = 0; k < shape.Inputs; group++)
        {
            int end = (int)Math.Min((group + 1L) * shape.GroupSize, shape.Inputs);
            TLanes scale = Int4Panels.Scale<TLanes>(panel, shape, group);
            TLanes offset = Int4Panels.Offset(panel, shape, group, scale);
            while (k < end)
            {
                TLanes words = TLanes.LoadWords(Int4Panels.Block(panel, k));
                if (k % PerWord == 0 && end - k >= PerWord)
                {
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k]), Weight(words, 0, scale, offset), sum);
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k + 1]), Weight(words, 1, scale, offset), sum);
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k + 2]), Weight(words, 2, scale, offset), sum);
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k + 3]), Weight(words, 3, scale, offset), sum);
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k + 4]), Weight(words, 4, scale, offset), sum);
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k + 5]), Weight(words, 5, scale, offset), sum);
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k + 6]), Weight(words, 6, scale, offset), sum);
                    sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k + 7]), Weight(words, 7, scale, offset), sum);

                    k += PerWord;
                    continue;
                }

                sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k]), Weight(words, k % PerWord, scale, offset), sum);
                k++;
            }
        }

        TLanes.Store(sum, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Weight(TLanes words, int input, TLanes scale, TLanes offset)
        => TLanes.MultiplyAdd(TLanes.SixteenPlusNibble(words, input), scale, offset);
}
