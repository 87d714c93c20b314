using System.Runtime.CompilerServices;
using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Linear;

/// <summary>
/// Interleaves the rows of each tile, <c>[tile][K][height]</c>, so that the inner loop finds its broadcasts side by side; an
/// item is one tile. Rows behind the last are zeros.
/// </summary>
internal unsafe struct PackInputWork : IWork
{
    public float* Input;
    public float* Packed;
    public RowTiles Tiles;
    public int Rows;
    public int Inputs;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Execute(int item, int worker)
    {
        int height = Tiles.Height(item);
        int first = Tiles.First(item);
        float* packed = Packed + ((long)first * Inputs);
        for (int lane = 0; lane < height; lane++)
        {
            if (first + lane < Rows)
            {
                float* input = Input + ((long)(first + lane) * Inputs);
                for (int k = 0; k < Inputs; k++)
                {
                    packed[((long)k * height) + lane] = input[k];
                }
            }
            else
            {
                for (int k = 0; k < Inputs; k++)
                {
                    packed[((long)k * height) + lane] = 0f;
                }
            }
        }
    }
}
