using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>output = silu(gate sum) · up sum.</summary>
internal readonly unsafe struct SwiGluFinish(float* output, int outputs) : IFinish
{
    public static bool TakesTwo => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<TLanes>(float* sums, float* second, int row, int firstOutput)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes value = LaneMath.Silu(TLanes.Load(sums)) * TLanes.Load(second);
        LaneMath.StoreUpTo(value, output + ((long)row * outputs) + firstOutput, outputs - firstOutput);
    }
}
