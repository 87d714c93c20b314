using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>A product with one row; an item is up to four panels.</summary>
internal unsafe struct RowWork<TLanes, TFormat, TFinish> : IWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TFormat : struct, IPanelFormat
    where TFinish : unmanaged, IFinish
{
    public float* Input;
    public PanelShape Shape;
    public byte* First;
    public byte* Second;
    public int Panels;
    public TFinish Finish;

    public readonly int Items => (Panels + RowProduct.Panels - 1) / RowProduct.Panels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int item, int worker)
    {
        const int sumFloats = RowProduct.Panels * WeightPanels.Width;
        float* sums = stackalloc float[2 * sumFloats];
        int panel = item * RowProduct.Panels;
        int panels = Math.Min(RowProduct.Panels, Panels - panel);
        long offset = panel * TFormat.PanelBytes(Shape);
        TFormat.MultiplyRow<TLanes>(Input, Shape, First + offset, panels, sums);
        if (TFinish.TakesTwo)
        {
            TFormat.MultiplyRow<TLanes>(Input, Shape, Second + offset, panels, sums + sumFloats);
        }

        for (int i = 0; i < panels; i++)
        {
            int lane = i * WeightPanels.Width;
            Finish.Store<TLanes>(sums + lane, sums + sumFloats + lane, 0, (panel + i) * WeightPanels.Width);
        }
    }
}
