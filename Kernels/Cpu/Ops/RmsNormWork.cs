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

    /// <summary>Column i of the output is this column of the norm; null: its own.</summary>
    public int* Order;

    public readonly void Execute(int item, int worker)
    {
        float* input = Input + ((long)item * Columns);
        float* output = Output + ((long)item * Columns);
        if (Order is null)
        {
            Normalise(input, Weight, Epsilon, output, Columns);
        }
        else
        {
            NormaliseInOrder(input, output);
        }
    }

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

    /// <summary>The same numbers in other places.</summary>
    private readonly void NormaliseInOrder(float* input, float* output)
    {
        float meanSquare = LaneMath.Dot<TLanes>(input, input, Columns) / Columns;
        float factor = 1f / MathF.Sqrt(meanSquare + Epsilon);
        for (int i = 0; i < Columns; i++)
        {
            output[i] = input[Order[i]] * factor * Weight[Order[i]];
        }
    }
}
