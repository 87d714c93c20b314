using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>What all row products share.</summary>
internal static class RowProduct
{
    /// <summary>Panels side by side.</summary>
    public const int Panels = 4;
}

/// <summary>
/// One row × panels, weights widened in registers: what plain decoding does, bound by the bytes of the weights. Four panels
/// run side by side to hide the latency of the multiply-add.
/// </summary>
internal static unsafe class RowProduct<TLanes, TWeights>
    where TLanes : unmanaged, ILanes<TLanes>
    where TWeights : struct, IWeightFormat
{
    private const int Panels = RowProduct.Panels;

    /// <summary>sums[panel][16] = Σₖ input[k] · panel[k][16], in order of k.</summary>
    /// <param name="input">One row.</param>
    /// <param name="inputs">K.</param>
    /// <param name="firstPanel">The panels, one behind the other.</param>
    /// <param name="panels">How many: 1 … <see cref="RowProduct.Panels"/>.</param>
    /// <param name="sums">Receives 16 sums for each panel.</param>
    public static void Compute(float* input, int inputs, byte* firstPanel, int panels, float* sums)
    {
        long panelBytes = (long)inputs * WeightPanels.Width * TWeights.Bytes;
        if (panels == Panels && TryFour(input, inputs, firstPanel, panelBytes, sums))
        {
            return;
        }

        for (int panel = 0; panel < panels; panel++)
        {
            TLanes.Store(One(input, inputs, firstPanel + (panel * panelBytes)), sums + (panel * WeightPanels.Width));
        }
    }

    /// <summary>Four panels with the fast widening; false if a weight turned out to be one that it cannot widen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryFour(float* input, int inputs, byte* panel0, long panelBytes, float* sums)
    {
        const int width = WeightPanels.Width;
        byte* panel1 = panel0 + panelBytes;
        byte* panel2 = panel1 + panelBytes;
        byte* panel3 = panel2 + panelBytes;
        TLanes sum0 = TLanes.Broadcast(0f);
        TLanes sum1 = sum0;
        TLanes sum2 = sum0;
        TLanes sum3 = sum0;
        TLanes greatest = sum0;
        nint offset = 0;
        for (int k = 0; k < inputs; k++)
        {
            TLanes x = TLanes.Broadcast(input[k]);
            TLanes weight0 = TWeights.LoadFast<TLanes>(panel0 + offset);
            TLanes weight1 = TWeights.LoadFast<TLanes>(panel1 + offset);
            TLanes weight2 = TWeights.LoadFast<TLanes>(panel2 + offset);
            TLanes weight3 = TWeights.LoadFast<TLanes>(panel3 + offset);
            sum0 = TLanes.MultiplyAdd(x, weight0, sum0);
            sum1 = TLanes.MultiplyAdd(x, weight1, sum1);
            sum2 = TLanes.MultiplyAdd(x, weight2, sum2);
            sum3 = TLanes.MultiplyAdd(x, weight3, sum3);
            if (TWeights.FastLimit is not null)
            {
                greatest = TLanes.MaxMagnitude(greatest, TLanes.MaxMagnitude(TLanes.MaxMagnitude(weight0, weight1), TLanes.MaxMagnitude(weight2, weight3)));
            }

            offset += width * TWeights.Bytes;
        }

        TLanes.Store(sum0, sums);
        TLanes.Store(sum1, sums + width);
        TLanes.Store(sum2, sums + (2 * width));
        TLanes.Store(sum3, sums + (3 * width));
        return TWeights.FastLimit is not { } limit || !(TLanes.Max(greatest) >= limit);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TLanes One(float* input, int inputs, byte* panel)
    {
        TLanes sum = TLanes.Broadcast(0f);
        for (int k = 0; k < inputs; k++)
        {
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k]), TWeights.Load<TLanes>(panel), sum);
            panel += WeightPanels.Width * TWeights.Bytes;
        }

        return sum;
    }
}
