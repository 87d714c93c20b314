using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>Panels of floats, whole or halved: <c>[K][16]</c>.</summary>
internal readonly unsafe struct DensePanels<TWeights> : IPanelFormat
    where TWeights : struct, IWeightFormat
{
    public static long PanelBytes(PanelShape shape) => (long)shape.Inputs * WeightPanels.Width * TWeights.Bytes;

    public static void MultiplyRow<TLanes>(float* input, PanelShape shape, byte* firstPanel, int panels, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>
        => RowProduct<TLanes, TWeights>.Compute(input, shape.Inputs, firstPanel, panels, sums);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float* Widen<TLanes>(byte* panel, PanelShape shape, int firstInput, int count, float* scratch)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        byte* from = panel + ((long)firstInput * WeightPanels.Width * TWeights.Bytes);
        if (TWeights.Bytes == sizeof(float))
        {
            return (float*)from;
        }

        for (int k = 0; k < count; k++)
        {
            TLanes.Store(TWeights.Load<TLanes>(from + (k * WeightPanels.Width * TWeights.Bytes)), scratch + (k * WeightPanels.Width));
        }

        return scratch;
    }
}
