using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>What becomes of sixteen finished sums. The same code for every number of rows.</summary>
internal unsafe interface IFinish
{
    /// <summary>True if each output needs the sums of two matrices.</summary>
    static abstract bool TakesTwo { get; }

    /// <summary>Writes outputs <paramref name="firstOutput"/> … of <paramref name="row"/>.</summary>
    /// <param name="sums">Sixteen sums of the first matrix.</param>
    /// <param name="second">Of the second, if there is one.</param>
    /// <param name="row">Row of the whole batch.</param>
    /// <param name="firstOutput">First output.</param>
    void Store<TLanes>(float* sums, float* second, int row, int firstOutput)
        where TLanes : unmanaged, ILanes<TLanes>;
}
