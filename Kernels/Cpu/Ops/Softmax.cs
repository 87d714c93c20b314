using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;

namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>The pieces of a softmax whose order of additions depends on an element's place alone.</summary>
internal static unsafe class Softmax
{
    /// <summary>Replaces each value by e^(value − greatest) and returns their sum, which is at least 1 (or NaN).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float ExpInPlace<TLanes>(float* values, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes max = TLanes.Broadcast(LaneMath.Max<TLanes>(values, count));
        TLanes sum = TLanes.Broadcast(0f);
        int i = 0;
        for (; i <= count - LaneMath.Width; i += LaneMath.Width)
        {
            TLanes p = LaneMath.Exp(TLanes.Load(values + i) - max);
            TLanes.Store(p, values + i);
            sum += p;
        }

        if (i < count)
        {
            TLanes p = LaneMath.Exp(TLanes.LoadPartial(values + i, count - i, float.NegativeInfinity) - max);
            LaneMath.StoreUpTo(p, values + i, count - i);
            sum += p;
        }

        return LaneMath.Sum(sum);
    }

    /// <summary>Σ e^((value − <paramref name="max"/>) · <paramref name="inverseTemperature"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SumExp<TLanes>(float* values, int count, float max, float inverseTemperature)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes maxima = TLanes.Broadcast(max);
        TLanes factor = TLanes.Broadcast(inverseTemperature);
        TLanes sum = TLanes.Broadcast(0f);
        int i = 0;
        for (; i <= count - LaneMath.Width; i += LaneMath.Width)
        {
            sum += LaneMath.Exp((TLanes.Load(values + i) - maxima) * factor);
        }

        if (i < count)
        {
            sum += LaneMath.Exp((TLanes.LoadPartial(values + i, count - i, float.NegativeInfinity) - maxima) * factor);
        }

        return LaneMath.Sum(sum);
    }
}
