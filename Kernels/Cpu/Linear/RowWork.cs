using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>A product with one row; an item is up to four panels.</summary>
internal unsafe struct RowWork<TLanes, TWeights, TFinish> : IWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TWeights : struct, IWeightFormat
    where TFinish : unmanaged, IFinish
{
    public float* Input;
    public int Inputs;
    public byte* First;
    public byte* Second;
    public int Panels;
    public TFinish Finish;

    public readonly int Items => (Panels + RowProduct<TLanes, TWeights>.Panels - 1) / RowProduct<TLanes, TWeights>.Panels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int item, int worker)
    {
        const int sumFloats = RowProduct<TLanes, TWeights>.Panels * WeightPanels.Width;
        float* sums = stackalloc float[2 * sumFloats];
        int panel = item * RowProduct<TLanes, TWeights>.Panels;
        int panels = Math.Min(RowProduct<TLanes, TWeights>.Panels, Panels - panel);
        long offset = (long)panel * Inputs * WeightPanels.Width * TWeights.Bytes;
        RowProduct<TLanes, TWeights>.Compute(Input, Inputs, First + offset, panels, sums);
        if (TFinish.TakesTwo)
        {
            RowProduct<TLanes, TWeights>.Compute(Input, Inputs, Second + offset, panels, sums + sumFloats);
        }

        for (int i = 0; i < panels; i++)
        {
            int lane = i * WeightPanels.Width;
            Finish.Store<TLanes>(sums + lane, sums + sumFloats + lane, 0, (panel + i) * WeightPanels.Width);
        }
    }
}
