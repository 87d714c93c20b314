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
            TLanes scale0 = Int4Panels.Scale<TLanes>(panel0, shape, group);
            TLanes even0 = Int4Panels.Offset(panel0, shape, group, scale0, Nibble.EvenBase);
            TLanes odd0 = Int4Panels.Offset(panel0, shape, group, scale0, Nibble.OddBase);
            TLanes scale1 = Int4Panels.Scale<TLanes>(panel1, shape, group);
            TLanes even1 = Int4Panels.Offset(panel1, shape, group, scale1, Nibble.EvenBase);
            TLanes odd1 = Int4Panels.Offset(panel1, shape, group, scale1, Nibble.OddBase);
            TLanes scale2 = Int4Panels.Scale<TLanes>(panel2, shape, group);
            TLanes even2 = Int4Panels.Offset(panel2, shape, group, scale2, Nibble.EvenBase);
            TLanes odd2 = Int4Panels.Offset(panel2, shape, group, scale2, Nibble.OddBase);
            TLanes scale3 = Int4Panels.Scale<TLanes>(panel3, shape, group);
            TLanes even3 = Int4Panels.Offset(panel3, shape, group, scale3, Nibble.EvenBase);
            TLanes odd3 = Int4Panels.Offset(panel3, shape, group, scale3, Nibble.OddBase);
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
                    sum0 = TLanes.MultiplyAdd(x, Even(placed0, scale0, even0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Even(placed1, scale1, even1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Even(placed2, scale2, even2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Even(placed3, scale3, even3), sum3);
                    placed0 = TLanes.ShiftWords(words0, 8);
                    placed1 = TLanes.ShiftWords(words1, 8);
                    placed2 = TLanes.ShiftWords(words2, 8);
                    placed3 = TLanes.ShiftWords(words3, 8);
                    x = TLanes.Broadcast(input[k + 1]);
                    sum0 = TLanes.MultiplyAdd(x, Odd(placed0, scale0, odd0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Odd(placed1, scale1, odd1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Odd(placed2, scale2, odd2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Odd(placed3, scale3, odd3), sum3);
                    x = TLanes.Broadcast(input[k + 2]);
                    sum0 = TLanes.MultiplyAdd(x, Even(placed0, scale0, even0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Even(placed1, scale1, even1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Even(placed2, scale2, even2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Even(placed3, scale3, even3), sum3);
                    x = TLanes.Broadcast(input[k + 3]);
                    sum0 = TLanes.MultiplyAdd(x, Odd(words0, scale0, odd0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Odd(words1, scale1, odd1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Odd(words2, scale2, odd2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Odd(words3, scale3, odd3), sum3);
                    x = TLanes.Broadcast(input[k + 4]);
                    sum0 = TLanes.MultiplyAdd(x, Even(words0, scale0, even0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Even(words1, scale1, even1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Even(words2, scale2, even2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Even(words3, scale3, even3), sum3);
                    placed0 = TLanes.ShiftWords(words0, -8);
                    placed1 = TLanes.ShiftWords(words1, -8);
                    placed2 = TLanes.ShiftWords(words2, -8);
                    placed3 = TLanes.ShiftWords(words3, -8);
                    x = TLanes.Broadcast(input[k + 5]);
                    sum0 = TLanes.MultiplyAdd(x, Odd(placed0, scale0, odd0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Odd(placed1, scale1, odd1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Odd(placed2, scale2, odd2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Odd(placed3, scale3, odd3), sum3);
                    x = TLanes.Broadcast(input[k + 6]);
                    sum0 = TLanes.MultiplyAdd(x, Even(placed0, scale0, even0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Even(placed1, scale1, even1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Even(placed2, scale2, even2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Even(placed3, scale3, even3), sum3);
                    placed0 = TLanes.ShiftWords(words0, -16);
                    placed1 = TLanes.ShiftWords(words1, -16);
                    placed2 = TLanes.ShiftWords(words2, -16);
                    placed3 = TLanes.ShiftWords(words3, -16);
                    x = TLanes.Broadcast(input[k + 7]);
                    sum0 = TLanes.MultiplyAdd(x, Odd(placed0, scale0, odd0), sum0);
                    sum1 = TLanes.MultiplyAdd(x, Odd(placed1, scale1, odd1), sum1);
                    sum2 = TLanes.MultiplyAdd(x, Odd(placed2, scale2, odd2), sum2);
                    sum3 = TLanes.MultiplyAdd(x, Odd(placed3, scale3, odd3), sum3);
                    k += PerWord;
                    continue;
                }

                // A group that begins or ends inside a word.
                TLanes one = TLanes.Broadcast(input[k]);
                sum0 = TLanes.MultiplyAdd(one, Weight(words0, k % PerWord, scale0, even0, odd0), sum0);
                sum1 = TLanes.MultiplyAdd(one, Weight(words1, k % PerWord, scale1, even1, odd1), sum1);
                sum2 = TLanes.MultiplyAdd(one, Weight(words2, k % PerWord, scale2, even2, odd2), sum2);
                sum3 = TLanes.MultiplyAdd(one, Weight(words3, k % PerWord, scale3, even3, odd3), sum3);
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
            TLanes offset = Int4Panels.Offset(panel, shape, group, scale, Nibble.EvenBase);
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

    /// <summary>The weights whose even nibbles are in their place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Even(TLanes placed, TLanes scale, TLanes even)
        => TLanes.MultiplyAdd(TLanes.WithBits(placed, Nibble.EvenMask, Nibble.EvenBits), scale, even);

    /// <summary>The weights whose odd nibbles are in their place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Odd(TLanes placed, TLanes scale, TLanes odd)
        => TLanes.MultiplyAdd(TLanes.WithBits(placed, Nibble.OddMask, Nibble.OddBits), scale, odd);

    /// <summary>The weights of an even or odd nibble (0 … 7).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Weight(TLanes words, int nibble, TLanes scale, TLanes even, TLanes odd)
    {
        TLanes placed = TLanes.ShiftWords(words, Nibble.LeftShift(nibble));
        return nibble % 2 == 0 ? Even(placed, scale, even) : Odd(placed, scale, odd);
    }

    /// <summary>The weights of any nibble, all put where even ones are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Weight(TLanes words, int nibble, TLanes scale, TLanes offset)
        => Even(TLanes.ShiftWords(words, Nibble.EvenLeftShift(nibble)), scale, offset);
}
