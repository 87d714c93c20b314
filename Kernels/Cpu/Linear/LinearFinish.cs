using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>output (+)= sum + bias.</summary>
internal readonly unsafe struct LinearFinish(float* bias, float* output, int outputs, bool accumulate) : IFinish
{
    public static bool TakesTwo => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TLanes>(float* sums, float* second, int row, int firstOutput)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int width = Math.Min(WeightPanels.Width, outputs - firstOutput);
        float* to = output + ((long)row * outputs) + firstOutput;
        TLanes value = TLanes.Load(sums);
        if (bias is not null)
        {
            value += LaneMath.LoadUpTo<TLanes>(bias + firstOutput, width);
        }

        if (accumulate)
        {
            value = LaneMath.LoadUpTo<TLanes>(to, width) + value;
        }

        LaneMath.StoreUpTo(value, to, width);
    }
}
