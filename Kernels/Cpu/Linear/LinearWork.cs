using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>output (+)= input · weightᵀ + bias; an item is one panel of sixteen outputs for all rows.</summary>
internal unsafe struct LinearWork<TLanes, TWeights> : IWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TWeights : struct, IWeightFormat
{
    public float* Input;
    public byte* Weight;
    public float* Bias;
    public float* Output;
    public int Rows;
    public int Inputs;
    public int Outputs;
    public bool Accumulate;

    public readonly void Execute(int item, int worker)
    {
        int first = item * WeightPanels.Width;
        int width = Math.Min(WeightPanels.Width, Outputs - first);
        byte* panel = Weight + ((long)item * WeightPanels.Width * Inputs * TWeights.Bytes);
        for (int row = 0; row < Rows; row++)
        {
            TLanes sum = PanelDot<TLanes, TWeights>.Dot(Input + ((long)row * Inputs), panel, Inputs);
            if (Bias is not null)
            {
                sum += LaneMath.LoadUpTo<TLanes>(Bias + first, width);
            }

            float* output = Output + ((long)row * Outputs) + first;
            if (Accumulate)
            {
                sum = LaneMath.LoadUpTo<TLanes>(output, width) + sum;
            }

            LaneMath.StoreUpTo(sum, output, width);
        }
    }
}

internal static unsafe class PanelDot<TLanes, TWeights>
    where TLanes : unmanaged, ILanes<TLanes>
    where TWeights : struct, IWeightFormat
{
    public static TLanes Dot(float* input, byte* panel, int inputs)
    {
        TLanes sum = TLanes.Broadcast(0f);
        for (int k = 0; k < inputs; k++)
        {
            sum = TLanes.MultiplyAdd(TLanes.Broadcast(input[k]), TWeights.Load<TLanes>(panel + ((long)k * WeightPanels.Width * TWeights.Bytes)), sum);
        }

        return sum;
    }
}
