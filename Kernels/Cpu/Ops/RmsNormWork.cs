using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>output = input / √(mean(input²) + ε) · weight; an item is one row.</summary>
internal unsafe struct RmsNormWork<TLanes> : IWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    public float* Input;
    public float* Weight;
    public float* Output;
    public int Columns;
    public float Epsilon;

    public readonly void Execute(int item, int worker)
        => Normalise(Input + ((long)item * Columns), Weight, Epsilon, Output + ((long)item * Columns), Columns);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalise(float* input, float* weight, float epsilon, float* output, int columns)
    {
        float meanSquare = LaneMath.Dot<TLanes>(input, input, columns) / columns;
        float factor = 1f / MathF.Sqrt(meanSquare + epsilon);
        TLanes factors = TLanes.Broadcast(factor);
        int i = 0;
        for (; i <= columns - LaneMath.Width; i += LaneMath.Width)
        {
            TLanes.Store(TLanes.Load(input + i) * factors * TLanes.Load(weight + i), output + i);
        }

        for (; i < columns; i++)
        {
            output[i] = input[i] * factor * weight[i];
        }
    }
}
