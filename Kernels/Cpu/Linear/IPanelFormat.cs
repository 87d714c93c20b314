using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>How a panel of sixteen outputs is stored, and how products read it.</summary>
internal unsafe interface IPanelFormat
{
    static abstract long PanelBytes(PanelShape shape);

    /// <summary>sums[panel][16] = Σₖ input[k] · panel[k][16] for up to <see cref="RowProduct.Panels"/> panels, in order of k.</summary>
    static abstract void MultiplyRow<TLanes>(float* input, PanelShape shape, byte* firstPanel, int panels, float* sums)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>Some inputs' weights as floats, <c>[count][16]</c>: in scratch, or where they lie.</summary>
    static abstract float* Widen<TLanes>(byte* panel, PanelShape shape, int firstInput, int count, float* scratch)
        where TLanes : unmanaged, ILanes<TLanes>;
}
