using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>output = silu(input · gateᵀ) ⊙ (input · upᵀ); an item is sixteen outputs for all rows.</summary>
internal unsafe struct SwiGluWork<TLanes, TWeights> : IWork
    where TLanes : unmanaged, ILanes<TLanes>
    where TWeights : struct, IWeightFormat
{
    public float* Input;
    public byte* Gate;
    public byte* Up;
    public float* Output;
    public int Rows;
    public int Inputs;
    public int Outputs;

    public readonly void Execute(int item, int worker)
    {
        int first = item * WeightPanels.Width;
        int width = Math.Min(WeightPanels.Width, Outputs - first);
        long panelElements = (long)WeightPanels.Width * Inputs;
        for (int row = 0; row < Rows; row++)
        {
            float* input = Input + ((long)row * Inputs);
            TLanes gate = PanelDot<TLanes, TWeights>.Dot(input, Gate + (item * panelElements * TWeights.Bytes), Inputs);
            TLanes up = PanelDot<TLanes, TWeights>.Dot(input, Up + (item * panelElements * TWeights.Bytes), Inputs);
            LaneMath.StoreUpTo(LaneMath.Silu(gate) * up, Output + ((long)row * Outputs) + first, width);
        }
    }
}
