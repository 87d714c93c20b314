using SpecExecNative.Kernels.Cpu.Threading;

namespace SpecExecNative.Kernels.Cpu.Ops;

/// <summary>Copies rows by index; an item is one row.</summary>
internal unsafe struct GatherWork : IWork
{
    public float* Input;
    public int* Indices;
    public float* Output;
    public int Columns;

    public readonly void Execute(int item, int worker)
    {
        long bytes = (long)Columns * sizeof(float);
        Buffer.MemoryCopy(Input + ((long)Indices[item] * Columns), Output + ((long)item * Columns), bytes, bytes);
    }
}
