using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Linear;
using SpecExecNative.Kernels.Cpu.Simd;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>Gathers table rows out of their panels and widens them; an item is one row.</summary>
internal unsafe struct EmbedWork<TLanes> : IWork
    where TLanes : unmanaged, ILanes<TLanes>
{
    public byte* Table;
    public DType Type;
    public int* Tokens;
    public float* Output;
    public int Columns;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int item, int worker)
    {
        int token = Tokens[item];
        long start = ((long)(token / WeightPanels.Width) * Columns * WeightPanels.Width) + (token % WeightPanels.Width);
        float* output = Output + ((long)item * Columns);
        switch (Type)
        {
            case DType.F32:
                float* wide = (float*)Table + start;
                for (int k = 0; k < Columns; k++)
                {
                    output[k] = wide[(long)k * WeightPanels.Width];
                }

                break;
            case DType.F16:
                ushort* half = (ushort*)Table + start;
                for (int k = 0; k < Columns; k++)
                {
                    output[k] = (float)BitConverter.UInt16BitsToHalf(half[(long)k * WeightPanels.Width]);
                }

                break;
            default:
                ushort* brain = (ushort*)Table + start;
                for (int k = 0; k < Columns; k++)
                {
                    output[k] = BitConverter.UInt32BitsToSingle((uint)brain[(long)k * WeightPanels.Width] << 16);
                }

                break;
        }
    }
}
